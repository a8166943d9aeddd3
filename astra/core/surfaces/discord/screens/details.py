"""All about a product, only for the one who asked: the whole description, every variation, and how buying works."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.journey.catalog.queries import ProductFacts
from astra.core.surfaces.discord.screens.card import is_closed, stock_in_words
from astra.core.surfaces.discord.screens.parts import ACCENT, BUY, QUIET, Screen, button, quiet, row, rule, screen, text
from astra.core.surfaces.discord.words import cut, money, plain, plain_text

# The message holds 4,000 characters: what a seller wrote gets 2,000 of them, the prices and the rules the rest.
MOST_DESCRIPTION = 2_000
MOST_VARIATIONS = 8


def details(product: ProductFacts) -> Screen:
    """The product in the reader's language."""
    closed = is_closed(product)
    return screen(
        "details",
        QUIET if closed else ACCENT,
        text(f"## {plain(product.name)}", cut(plain_text(product.description), MOST_DESCRIPTION)),
        rule(),
        text(*_prices(product)),
        rule(),
        text(*[quiet(line) for line in _terms(product)]),
        row(button(_("Buy"), f"buy:{product.id}", BUY, disabled=closed)),
    )


def _prices(product: ProductFacts) -> list[str]:
    if product.archived_at is not None or not product.variations:
        return [_("Not on sale now")]
    shown = product.variations[:MOST_VARIATIONS]
    lines = [
        f"{plain(one.name, 50)} · **{money(one.price_minor, product.currency)}** · {stock_in_words(one.in_words, product.no_stock)}"
        for one in shown
    ]
    if more := len(product.variations) - len(shown):
        lines.append(quiet(ngettext("{count} more in the cart", "{count} more in the cart", more).format(count=more)))
    return lines


def _terms(product: ProductFacts) -> list[str]:
    """What a buyer agrees to: how it is paid, how it arrives, and what happens without stock."""
    lines = [_("Paid by PIX. Once the payment is seen, the purchase opens here, only for you, and stays in /compras.")]
    if product.no_stock == "wait":
        return [*lines, _("Without stock you may pay and wait: who pays first is served first. A late payment joins the queue.")]
    return [
        *lines,
        _("Without stock nothing is charged: you are told before paying."),
        _("If you pay late, the purchase is delivered if there is still stock; otherwise the whole amount goes back to you."),
    ]
