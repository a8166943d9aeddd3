"""A product in a channel: what it is, from how much, whether there is any, the button that buys and the one that tells more."""

from django.utils.translation import gettext as _

from astra.core.journey.catalog.queries import ProductFacts
from astra.core.surfaces.discord.screens.parts import ACCENT, BUY, QUIET, Screen, button, quiet, row, rule, screen, text
from astra.core.surfaces.discord.words import money, plain, plain_lines


def stock_in_words(word: str, no_stock: str) -> str:
    """The stock as buyers may know it: never a count."""
    if word == "available":
        return _("Available")
    if word == "last_units":
        return _("Last units")
    return _("Sold out; you can buy and wait") if no_stock == "wait" else _("Sold out")


def stock_word(product: ProductFacts) -> str:
    """The best that any variation has."""
    words = {variation.in_words for variation in product.variations}
    return next((known for known in ("available", "last_units") if known in words), "sold_out")


def is_closed(product: ProductFacts) -> bool:
    """Whether nobody can buy it now, not even by waiting."""
    if product.archived_at is not None or not product.variations:
        return True
    return stock_word(product) == "sold_out" and product.no_stock != "wait"


def card(product: ProductFacts) -> Screen:
    """The card of a product, in the seller's language."""
    prices = [variation.price_minor for variation in product.variations]
    price = money(min(prices, default=0), product.currency)
    line = _("From **{price}**") if len(set(prices)) > 1 else "**{price}**"
    off_sale = product.archived_at is not None or not prices
    closed = is_closed(product)
    stock = _("Not on sale now") if off_sale else stock_in_words(stock_word(product), product.no_stock)
    return screen(
        "card",
        QUIET if closed else ACCENT,
        text(f"## {plain(product.name)}", plain_lines(product.description) if product.description else None),
        rule(),
        text(line.format(price=price) if prices else None, quiet(stock)),
        row(button(_("Buy"), f"buy:{product.id}", BUY, disabled=closed), button(_("Details"), f"details:{product.id}")),
    )
