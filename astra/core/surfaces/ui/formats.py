"""How amounts, dates and shares are written for the reader's locale (the locale formats, never the template)."""

import datetime
import re
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import NumberFormatError, format_decimal, get_currency_precision, get_currency_symbol, parse_decimal
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from astra.core.foundation.money import format_money, to_decimal

# Babel's own skeletons would write "8 de dez." where a table needs "8/12".
DAY_PATTERNS = {"pt": ("EEE, d/M", "dd/MM/yyyy"), "en": ("EEE, MMM d", "MMM d, yyyy")}
# A number with at most the currency's sign or code beside it: letters within ("1e9", "19 reais e 90") are not guessed at.
AMOUNT = re.compile(r"(-?)(?:(?:R|US)?\$|BRL|USD|EUR|€)?(-?)(\d[\d.,]*)(?:BRL|USD|EUR|€)?", re.IGNORECASE)
DOT_DECIMAL = re.compile(r"^\d+\.\d{1,2}$")


def reader_locale() -> Locale:
    """The locale of the page's reader."""
    return Locale.parse((get_language() or "pt-br").replace("-", "_"))


def money_text(amount_minor: int, currency: str) -> str:
    """``R$ 1.284,30``; a real minus sign before outgoing money."""
    return format_money(amount_minor, currency, str(reader_locale()))


def figure_parts(amount_minor: int, currency: str) -> tuple[str, str, str]:
    """Sign, currency symbol and digits, for large figures that carry a small quiet symbol."""
    locale = reader_locale()
    precision = get_currency_precision(currency)
    digits = format_decimal(
        to_decimal(abs(amount_minor), currency), format=f"#,##0.{'0' * precision}" if precision else "#,##0", locale=locale
    )
    return ("\N{MINUS SIGN}" if amount_minor < 0 else "", get_currency_symbol(currency, locale=locale), digits)


def amount_input(amount_minor: int, currency: str) -> str:
    """The amount as a person of the locale types it: ``19,90``."""
    return figure_parts(amount_minor, currency)[2]


def parse_amount(text: str, currency: str) -> int:
    """What a person typed ("19,90", "R$ 1.284,30", "19.90") in minor units. Raises ValueError when it is no amount."""
    found = AMOUNT.fullmatch(re.sub(r"^\s+|\s+$|(?<=\D)\s+|\s+(?=\D)", "", text.replace("\N{MINUS SIGN}", "-")))
    if found is None or (found[1] and found[2]):
        raise ValueError(text)
    bare = found[1] + found[2] + found[3]
    if DOT_DECIMAL.match(bare):
        value = Decimal(bare)
    else:
        try:
            value = parse_decimal(bare, locale=reader_locale(), strict=True)
        except NumberFormatError as error:
            raise ValueError(text) from error
    minor = value.scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value():
        raise ValueError(text)
    return int(minor)


def number_text(value: int | float | Decimal) -> str:
    """``1.284`` or ``4,2`` for the locale."""
    return format_decimal(value, locale=reader_locale())


def percent_text(basis_points: int) -> str:
    """A share in basis points as people read it: 500 → ``5%``."""
    return f"{format_decimal(Decimal(basis_points) / 100, format='#,##0.##', locale=reader_locale())}%"


def duration_text(seconds: float) -> str:
    """How long something took: ``182 ms``, ``4,2 s``, ``3 min``, ``2 h``."""
    if seconds < 1:
        return f"{round(seconds * 1000)}\N{NO-BREAK SPACE}ms"
    if seconds < 60:
        return f"{format_decimal(round(seconds, 1), format='#,##0.#', locale=reader_locale())}\N{NO-BREAK SPACE}s"
    if seconds < 3600:
        return f"{round(seconds / 60)}\N{NO-BREAK SPACE}min"
    return f"{round(seconds / 3600)}\N{NO-BREAK SPACE}h"


def _local(at: datetime.datetime) -> datetime.datetime:
    return timezone.localtime(at)


def _patterns() -> tuple[str, str]:
    return DAY_PATTERNS.get(reader_locale().language, DAY_PATTERNS["pt"])


def clock_text(at: datetime.datetime, *, seconds: bool = False) -> str:
    """The time of day: ``10:44`` or, in timelines, ``10:44:07``."""
    return format_time(_local(at), "HH:mm:ss" if seconds else "HH:mm", locale=reader_locale())


def day_text(at: datetime.datetime, now: datetime.datetime) -> str:
    """``ter., 8/12`` this year, ``21/11/2026`` otherwise."""
    near, far = _patterns()
    local = _local(at)
    return format_date(local.date(), near if local.year == _local(now).year else far, locale=reader_locale())


def date_text(at: datetime.datetime) -> str:
    """``21/11/2026``: with its year, for what is kept for years."""
    return format_date(_local(at).date(), _patterns()[1], locale=reader_locale())


def moment_text(at: datetime.datetime, now: datetime.datetime) -> str:
    """Today ``10:44``, this year ``ter., 8/12, 10:44``, otherwise the date."""
    if _local(at).date() == _local(now).date():
        return clock_text(at)
    if _local(at).year == _local(now).year:
        return f"{day_text(at, now)}, {clock_text(at)}"
    return day_text(at, now)


def exact_text(at: datetime.datetime) -> str:
    """The whole moment, for ``title``."""
    return f"{format_date(_local(at).date(), _patterns()[1], locale=reader_locale())}, {clock_text(at, seconds=True)}"


def long_day_text(at: datetime.datetime) -> str:
    """``segunda-feira, 23 de novembro de 2026``."""
    return format_date(_local(at).date(), "full", locale=reader_locale())


def day_heading(at: datetime.datetime, now: datetime.datetime) -> str:
    """The head of a day's rows: "Today, 7 December"."""
    days = (_local(now).date() - _local(at).date()).days
    pattern = "d 'de' MMMM" if reader_locale().language == "pt" else "MMMM d"
    name = format_date(_local(at).date(), pattern, locale=reader_locale())
    if days == 0:
        return _("Today, %(day)s") % {"day": name}
    if days == 1:
        return _("Yesterday, %(day)s") % {"day": name}
    return f"{day_text(at, now)}"


def ago_text(at: datetime.datetime, now: datetime.datetime) -> str:
    """How long ago, relative within the last hour, otherwise the moment."""
    seconds = (now - at).total_seconds()
    if seconds < 60:
        return _("a moment ago")
    if seconds < 3600:
        minutes = int(seconds // 60)
        return ngettext("%(count)s min ago", "%(count)s min ago", minutes) % {"count": minutes}
    return moment_text(at, now)
