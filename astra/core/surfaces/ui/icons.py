"""Tabler's outline icons, set into the page as SVG so that they take the text's colour and need no font."""

import re
from functools import cache

from django.utils.safestring import SafeString, mark_safe

from astra.core.surfaces.ui.vendor import VENDOR

SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


class UnknownIcon(LookupError):
    """A template names an icon that is not listed in vendor.py, or set-up did not copy it."""


@cache
def icon_svg(name: str) -> SafeString:
    """The icon as inline SVG, hidden from readers: a word always stands beside it. Raises UnknownIcon."""
    path = VENDOR / "icons" / f"{name}.svg"
    if not path.is_file() or not (found := SHAPES.search(path.read_text())):
        raise UnknownIcon(name)
    shapes = re.sub(r"\s+", " ", found[1]).strip()
    return mark_safe(  # noqa: S308  the text is a file of ours
        '<svg class="ti" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"'
        f' stroke-linejoin="round" aria-hidden="true" focusable="false">{shapes}</svg>'
    )
