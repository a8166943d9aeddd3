"""The common form of a letter: what is said once, written as text and as HTML in the house's look."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date, format_time
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says, in the language in force. Plain text everywhere; it never holds a secret.

    ``lines`` are its paragraphs, ``facts`` a small table of label and value, ``button`` leads to ``where``: a path of the site
    (``reverse(…)``) or a whole address. ``foot`` says why it comes; empty: the usual words.
    """

    subject: str
    lines: Sequence[str]
    heading: str = ""
    facts: Sequence[tuple[str, str]] = ()
    button: str = ""
    where: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter in both forms, ready to be posted."""

    subject: str
    text: str
    html: str


def absolute(where: str) -> str:
    """A path of the site as a whole address, by the site's own setting and never by what a request called it."""
    return where if where.startswith(("http://", "https://")) else f"{settings.ASTRA_PUBLIC_URL}{where}"


def day_words(at: datetime.datetime) -> str:
    """``25 de novembro de 2026`` in the language and the time zone in force."""
    return format_date(localtime(at).date(), "long", locale=_locale())


def moment_words(at: datetime.datetime) -> str:
    """``25 de novembro de 2026, 17:30`` in the language and the time zone in force."""
    return f"{day_words(at)}, {format_time(localtime(at), 'HH:mm', locale=_locale())}"


def _locale() -> str:
    return "pt_BR" if (get_language() or "pt").startswith("pt") else "en"


def write_out(letter: Letter, *, choices: str = "") -> Written:
    """A letter in both forms, in the language in force; ``choices`` is where its reader may ask for fewer of them."""
    said: dict[str, Any] = {
        "title": letter.subject,
        "heading": letter.heading or letter.subject,
        "lines": [str(line) for line in letter.lines],
        "facts": letter.facts,
        "button": letter.button,
        "where": absolute(letter.where) if letter.where else "",
        "foot": letter.foot or _("We never ask for a password, token or code by e-mail."),
        "choices": absolute(choices) if choices else "",
        "choices_words": _("Choose which letters you get"),
    }
    subject = " ".join(letter.subject.split())
    return Written(subject, render_to_string("email/letter.txt", said), render_to_string("email/letter.html", said))
