"""What a page says, in the reader's language: words, money, times."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from aiohttp import web
from babel.dates import format_date, format_time
from babel.numbers import format_currency

from .words import PT_BR

# Brazil keeps no summer time since 2019; a fixed offset needs no time zone data on the machine.
BRASILIA = timezone(timedelta(hours=-3))
REAL_MINUS = "\u2212"


class Speech:
    """Portuguese or English. English texts are the names of the Portuguese ones."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    @classmethod
    def of(cls, request: web.Request) -> Speech:
        """English for a reader who prefers it to Portuguese, else Portuguese."""
        return cls("en" if prefers_english(request.headers.get("Accept-Language", "")) else "pt_BR")

    @property
    def tag(self) -> str:
        """The language as HTML names it."""
        return "en" if self.locale == "en" else "pt-BR"

    def __call__(self, text: str, **values: object) -> str:
        """`text` in the reader's language, with `values` put in."""
        chosen = text if self.locale == "en" else PT_BR.get(text, text)
        return chosen.format(**values) if values else chosen

    def money(self, amount_minor: int, *, signed: bool = False) -> str:
        """An amount of centavos such as `R$ 1.284,30`, or `+R$ 62,33` for statements."""
        text = format_currency(Decimal(abs(amount_minor)) / 100, "BRL", locale=self.locale)
        sign = REAL_MINUS if amount_minor < 0 else "+" if signed and amount_minor > 0 else ""
        return sign + text

    def clock(self, at: datetime) -> str:
        """The time of day with seconds, in Brasília."""
        return format_time(at.astimezone(BRASILIA), "HH:mm:ss", locale=self.locale)

    def date(self, at: datetime) -> str:
        """The day in full, in Brasília."""
        return format_date(at.astimezone(BRASILIA), "long", locale=self.locale)

    def moment(self, at: datetime, now: datetime) -> str:
        """Today the time, otherwise the date and the time, in Brasília."""
        here = at.astimezone(BRASILIA)
        time = format_time(here, "HH:mm", locale=self.locale)
        if here.date() == now.astimezone(BRASILIA).date():
            return time
        same_year = here.year == now.astimezone(BRASILIA).year
        patterns = ("EEE, d/M", "dd/MM/yyyy") if self.locale == "pt_BR" else ("EEE, MMM d", "MMM d, yyyy")
        return f"{format_date(here, patterns[0] if same_year else patterns[1], locale=self.locale)}, {time}"


def prefers_english(header: str) -> bool:
    """Whether `Accept-Language` weighs English above Portuguese; without a word about either: no."""
    weights = {"en": 0.0, "pt": 0.0}
    for part in header.split(","):
        tag, _, rest = part.strip().partition(";")
        language = tag.split("-")[0].lower()
        quality = rest.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        if language in weights:
            weights[language] = max(weights[language], weight)
    return weights["en"] > weights["pt"]
