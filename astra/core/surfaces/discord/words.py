"""Text for a buyer: in his language, with his money format, and harmless in Discord's markdown."""

import contextlib
import datetime
import re
from collections.abc import Iterator

from django.utils import translation

from astra.core.foundation.money import format_money

_MARKS = re.compile(r"([\\*_~`|<>\[\]])")
_LINE_START = re.compile(r"^(#|-|\+|\d+(?=\.))", re.MULTILINE)
_MENTION = re.compile(r"@(?=everyone|here)")
_SPACES = re.compile(r"\s+")


@contextlib.contextmanager
def in_language(locale: str) -> Iterator[None]:
    """Speaks Portuguese to Portuguese clients, English to all others."""
    with translation.override(language_of(locale)):
        yield


def language_of(locale: str) -> str:
    """Django's name for the language of a Discord locale."""
    return "pt-br" if locale.lower().startswith("pt") else "en"


def plain(text: str, limit: int = 200) -> str:
    """A seller's or buyer's text on one line, cut at ``limit``, shown as typed: markdown, mentions and emoji codes are dead."""
    one_line = _SPACES.sub(" ", text).strip()
    return _dead(cut(one_line, limit))


def plain_lines(text: str, limit: int = 300) -> str:
    """As ``plain``, but keeps line breaks (two lines at most)."""
    lines = [_SPACES.sub(" ", line).strip() for line in text.strip().splitlines()]
    return _dead(cut("\n".join([line for line in lines if line][:2]), limit))


def plain_text(text: str) -> str:
    """As ``plain``, but whole: every line, and at most one empty line between two."""
    lines = [_SPACES.sub(" ", line).strip() for line in text.strip().splitlines()]
    return _dead(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


def cut(text: str, limit: int) -> str:
    """The text, or its start and an ellipsis."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def money(amount_minor: int, currency: str) -> str:
    """An amount as the active language writes it."""
    return format_money(amount_minor, currency, "pt_BR" if translation.get_language() == "pt-br" else "en_US")


def countdown(moment: datetime.datetime) -> str:
    """A deadline that Discord counts down by itself."""
    return f"<t:{int(moment.timestamp())}:R>"


def hour(moment: datetime.datetime) -> str:
    """A moment in the reader's own time zone, to the minute."""
    return f"<t:{int(moment.timestamp())}:t>"


def clock_time(moment: datetime.datetime) -> str:
    """A moment in the reader's own time zone, with seconds."""
    return f"<t:{int(moment.timestamp())}:T>"


def _dead(text: str) -> str:
    escaped = _MARKS.sub(r"\\\1", text)
    escaped = _LINE_START.sub(lambda found: f"\\{found[0]}" if not found[0][0].isdigit() else f"{found[0]}\\", escaped)
    return _MENTION.sub("@\N{ZERO WIDTH SPACE}", escaped)
