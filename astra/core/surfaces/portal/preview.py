"""The Discord card beside the editor, as the card itself will be drawn."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.journey.catalog.queries import ProductFacts
from astra.core.surfaces.portal.words import stock_word
from astra.core.surfaces.ui.formats import money_text

MOST_LINES, MOST_CHARACTERS = 2, 300


@dataclass(frozen=True, slots=True)
class Preview:
    """What the card shows. ``is_from`` says that prices differ, ``is_out`` that nothing is left, ``is_closed`` that Buy is off."""

    description: str
    price: str
    is_from: bool
    stock: "str | Promise"
    is_out: bool
    is_closed: bool


def preview_of(facts: ProductFacts | None, description: str, currency: str) -> Preview:
    """The card of a saved product; a new one is shown as it will look once it has stock."""
    lines = [" ".join(line.split()) for line in description.splitlines()]
    short = "\n".join([line for line in lines if line][:MOST_LINES])
    if len(short) > MOST_CHARACTERS:
        short = short[: MOST_CHARACTERS - 1].rstrip() + "…"
    if facts is None:
        return Preview(short, "…", False, stock_word("available").text, False, False)
    prices = {one.price_minor for one in facts.variations}
    words = {one.in_words for one in facts.variations}
    word = next((known for known in ("available", "last_units") if known in words), "sold_out")
    is_off_sale = facts.archived_at is not None or not prices
    is_out = word == "sold_out" and not is_off_sale
    return Preview(
        short,
        money_text(min(prices), currency) if prices else "…",
        len(prices) > 1,
        _("Not on sale now") if is_off_sale else stock_word(word).text,
        is_out,
        is_off_sale or (is_out and facts.no_stock != "wait"),
    )
