"""What templates may ask of the design system."""

import datetime
from typing import Any

from django import template
from django.conf import settings
from django.contrib.messages import get_messages
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString

from astra.core.foundation.clock import current_instant
from astra.core.foundation.moving_clock import clock_offset
from astra.core.journey.accounts.discord_sign_in import is_offered
from astra.core.surfaces.ui import formats
from astra.core.surfaces.ui.demo_clock import STEPS, is_demo
from astra.core.surfaces.ui.icons import icon_svg
from astra.core.surfaces.ui.once import new_token
from astra.core.surfaces.ui.theme import theme_of
from astra.core.surfaces.ui.toasts import Toast, toast_of

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon of the set, hidden from readers."""
    return icon_svg(name)


@register.simple_tag
def demo_clock() -> dict[str, Any] | None:
    """The demo's clock, where there is one: the product's time, whole days ahead of the real one, and the steps to go on."""
    if not is_demo():
        return None
    return {"now": current_instant(), "days": max(0, round(clock_offset() / datetime.timedelta(days=1))), "steps": STEPS}


@register.simple_tag
def money(amount_minor: int, currency: str = "BRL") -> str:
    """An amount as text."""
    return formats.money_text(amount_minor, currency)


@register.simple_tag
def signed(amount_minor: int, currency: str = "BRL") -> str:
    """An amount of a statement: with ``+`` when it comes in."""
    return ("+" if amount_minor > 0 else "") + formats.money_text(amount_minor, currency)


@register.simple_tag
def figure(amount_minor: int, currency: str = "BRL") -> SafeString:
    """A large amount with its small quiet symbol."""
    sign, symbol, digits = formats.figure_parts(amount_minor, currency)
    return format_html('<span class="cur">{}</span>{}{}', symbol, sign, digits)


@register.filter
def amount_input(amount_minor: int, currency: str = "BRL") -> str:
    """An amount as one types it."""
    return formats.amount_input(amount_minor, currency)


@register.filter
def percent(basis_points: int) -> str:
    """Basis points as a share."""
    return formats.percent_text(basis_points)


@register.filter
def number(value: float) -> str:
    """A number for the locale."""
    return formats.number_text(value)


@register.filter
def duration(value: float | datetime.timedelta) -> str:
    """Seconds, or a span of time, in words."""
    return formats.duration_text(value.total_seconds() if isinstance(value, datetime.timedelta) else value)


@register.filter
def initials(name: str) -> str:
    """Two letters that stand for a name."""
    words = [word for word in name.split() if word[:1].isalnum()]
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else name[:2]).upper()


def _now(context: Any) -> datetime.datetime:
    if "now" not in context:
        context["now"] = current_instant()
    now: datetime.datetime = context["now"]
    return now


def _time(at: datetime.datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), formats.exact_text(at), text)


@register.simple_tag(takes_context=True)
def moment(context: Any, at: datetime.datetime) -> SafeString:
    """A moment, as short as today allows."""
    return _time(at, formats.moment_text(at, _now(context)))


@register.simple_tag(takes_context=True)
def ago(context: Any, at: datetime.datetime) -> SafeString:
    """A moment, relative within the last hour."""
    return _time(at, formats.ago_text(at, _now(context)))


@register.simple_tag(takes_context=True)
def day(context: Any, at: datetime.datetime) -> SafeString:
    """A day."""
    return _time(at, formats.day_text(at, _now(context)))


@register.simple_tag
def date(at: datetime.datetime) -> SafeString:
    """A day with its year."""
    return _time(at, formats.date_text(at))


@register.simple_tag
def seconds(at: datetime.datetime) -> SafeString:
    """A time of day with seconds, for timelines."""
    return _time(at, formats.clock_text(at, seconds=True))


@register.simple_tag
def hours(at: datetime.datetime) -> SafeString:
    """A time of day."""
    return _time(at, formats.clock_text(at))


@register.simple_tag
def long_day(at: datetime.datetime) -> str:
    """The day in full, with a capital letter: it opens a page."""
    text = formats.long_day_text(at)
    return text[:1].upper() + text[1:]


@register.simple_tag(takes_context=True)
def day_heading(context: Any, at: datetime.datetime) -> str:
    """The head of a day's rows."""
    return formats.day_heading(at, _now(context))


@register.simple_tag(takes_context=True)
def theme(context: Any) -> str:
    """``light``, ``dark`` or ``auto``, as the reader chose."""
    request = context.get("request")
    return theme_of(request) if request is not None else "auto"


@register.simple_tag(takes_context=True)
def toasts(context: Any) -> list[Toast]:
    """What happened since the last page; each is shown once."""
    request = context.get("request")
    return [toast_of(message) for message in get_messages(request)] if request is not None else []


@register.simple_tag
def languages() -> list[tuple[str, str]]:
    """The languages of the product, each in its own words."""
    own = {"pt-br": "Português (Brasil)", "en": "English"}
    return [(code, own.get(code, str(name))) for code, name in settings.LANGUAGES]


@register.filter
def control(field: BoundField) -> SafeString:
    """A field's control with the classes of the design and its error named."""
    widget = field.field.widget
    kind = getattr(widget, "input_type", "")
    classes = "form-select" if kind == "select" else "form-check-input" if kind in {"checkbox", "radio"} else "form-control"
    own = widget.attrs.get("class", "")
    if field.errors:
        classes += " is-invalid"
    # Libraries repeat the label as a placeholder; it would vanish while one types and is of no use.
    return field.as_widget(attrs={"class": f"{classes} {own}".strip(), "placeholder": False})


@register.simple_tag
def discord_offered() -> bool:
    """Whether one may sign in with Discord here."""
    return is_offered()


@register.simple_tag
def public_url() -> str:
    """The address that people are told."""
    return str(settings.ASTRA_PUBLIC_URL)


@register.simple_tag
def form_token() -> str:
    """A word that lets one sending of this form through."""
    return new_token()


@register.filter
def times(value: int, factor: int) -> int:
    """A product of whole numbers."""
    return value * factor


@register.filter
def negative(value: int) -> int:
    """The amount as one that goes out."""
    return -value


@register.filter
def between(start: datetime.datetime, end: datetime.datetime) -> str:
    """How long it took from one moment to another."""
    return formats.duration_text(max(0.0, (end - start).total_seconds()))
