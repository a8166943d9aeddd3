"""Pages of HTML out of small templates. Everything that is put in is escaped here, unless it is `Html` already."""

from __future__ import annotations

import hashlib
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from aiohttp import web

from .speech import Speech

FOLDER = Path(__file__).parent
HEADERS = {
    "Content-Security-Policy": ("default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Accept-Language",
}


_SECONDS_LEFT = re.compile(r' data-left="\d+"')


class Html(str):
    """Text that is safe HTML."""


class _Template(string.Template):
    """`${name}` is a value, `${_:Some text}` is a text to translate; nothing else has a meaning."""

    idpattern = r"(?!)"  # a bare $name means nothing: prices have dollar signs
    braceidpattern = r"(?:_:[^{}]+|[a-z_]+)"


class _Values(Mapping[str, str]):
    def __init__(self, say: Speech, values: dict[str, Any]) -> None:
        self._say = say
        self._values = values

    def __getitem__(self, name: str) -> str:
        value = self._say(name[2:]) if name.startswith("_:") else self._values[name]
        return value if isinstance(value, Html) else escape(str(value))

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def render(name: str, say: Speech, /, **values: Any) -> Html:
    """The template `templates/NAME.html` with `values`. Raises KeyError for a value that is missing."""
    return Html(_template(name).substitute(_Values(say, values)))


def join(parts: Iterable[Html]) -> Html:
    """Several pieces as one."""
    return Html("".join(parts))


def attributes(**values: bool) -> Html:
    """The names of those attributes that are true, for example `checked`."""
    return Html("".join(f" {name}" for name, wanted in values.items() if wanted))


def answer(say: Speech, *, title: str, main: Html, section: str = "", status: int = 200, note: Html | None = None) -> web.Response:
    """A whole page. `note` stands above it once; the version lets an open page see that there is something new."""
    lasting = _SECONDS_LEFT.sub("", main)
    body = render(
        "layout",
        say,
        language=say.tag,
        title=title,
        main=main,
        note=note or Html(""),
        version=hashlib.sha256(lasting.encode()).hexdigest()[:16],
        navigation=_navigation(say, section) if section else Html(""),
        width="wide" if section else "narrow",
    )
    return web.Response(text=body, status=status, content_type="text/html", headers=HEADERS)


def _navigation(say: Speech, section: str) -> Html:
    entries = (
        ("overview", "/", "Overview"),
        ("charges", "/charges", "Charges"),
        ("payouts", "/payouts", "Payouts"),
        ("statement", "/statement", "Statement"),
        ("webhooks", "/webhooks", "Webhooks"),
        ("settings", "/settings", "Settings"),
    )
    links = (
        render(
            "navigation_link",
            say,
            href=href,
            text=say(text),
            current=Html(' aria-current="page"' if key == section else ""),
        )
        for key, href, text in entries
    )
    return render("navigation", say, links=join(links))


@cache
def _template(name: str) -> _Template:
    return _Template((FOLDER / "templates" / f"{name}.html").read_text(encoding="utf-8"))
