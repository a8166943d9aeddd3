"""The cart: variation, quantity, coupon, lines with prices, the total, and the way forward."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.journey.catalog.queries import ProductFacts, VariationFacts
from astra.core.journey.sales.queries import LineFacts, OrderFacts
from astra.core.surfaces.discord.screens.card import stock_in_words
from astra.core.surfaces.discord.screens.parts import ACCENT, BUY, WARN, Screen, button, menu, option, quiet, row, rule, screen, text
from astra.core.surfaces.discord.words import money, plain

OTHER = "other"
MENU_QUANTITIES = 10


def cart(order: OrderFacts, product: ProductFacts, minutes: int, said: str = "") -> Screen:
    """The cart of one product. ``said`` is what went wrong with the last press, if anything."""
    line = order.lines[0]
    variation = next((one for one in product.variations if one.id == line.variation_id), None)
    available = variation.available if variation else 0
    short = available < line.quantity
    waits = short and product.no_stock == "wait"
    return screen(
        "cart",
        WARN if said or short else ACCENT,
        text(f"**{plain(said, 600)}**") if said else None,
        text("## " + _("Your cart"), f"**{plain(line.product_name)}**"),
        _variations(order, product, line) if len(product.variations) > 1 else None,
        _quantities(order, line, available, can_wait=product.no_stock == "wait"),
        text(*[_line(one, order.currency) for one in order.lines]),
        text(_("Coupon **{code}**: {amount}").format(code=plain(order.coupon_code), amount=money(-order.discount_minor, order.currency)))
        if order.coupon_code
        else None,
        text(_("In total **{amount}**").format(amount=money(order.total_minor, order.currency))),
        rule(),
        text(quiet(_what_follows(line, available, minutes, waits=waits, short=short))),
        row(
            button(_("Pay and wait"), f"cart:{order.id}:pay_waiting", BUY)
            if waits
            else button(_("Pay by PIX"), f"cart:{order.id}:pay", BUY, disabled=short),
            button(_("Change coupon") if order.coupon_code else _("Coupon"), f"cart:{order.id}:coupon"),
            button(_("Cancel"), f"cart:{order.id}:cancel"),
        ),
    )


def _what_follows(line: LineFacts, available: int, minutes: int, *, waits: bool, short: bool) -> str:
    if waits:
        return _(
            "There is not enough in stock now. If you pay, your place in the queue is yours and you are served first when more arrives. "
            "Nothing is charged before you press Pay and wait."
        )
    if short and available:
        return ngettext(
            "Only {count} is left. Choose a smaller quantity. Nothing was charged.",
            "Only {count} are left. Choose a smaller quantity. Nothing was charged.",
            available,
        ).format(count=available)
    if short:
        return _("This one is sold out. Nothing was charged.")
    return ngettext(
        "Price and stock are kept for you for {count} minute once you press Pay by PIX.",
        "Price and stock are kept for you for {count} minutes once you press Pay by PIX.",
        minutes,
    ).format(count=minutes)


def _variations(order: OrderFacts, product: ProductFacts, line: LineFacts):  # type: ignore[no-untyped-def]
    def entry(variation: VariationFacts):  # type: ignore[no-untyped-def]
        about = f"{money(variation.price_minor, product.currency)} · {stock_in_words(variation.in_words, product.no_stock)}"
        return option(variation.name, str(variation.id), about, chosen=variation.id == line.variation_id)

    chosen_first = (
        sorted(product.variations, key=lambda one: one.id != line.variation_id) if len(product.variations) > 25 else product.variations
    )
    return menu(f"cart:{order.id}:variation", _("Choose one"), [entry(one) for one in chosen_first])


def _quantities(order: OrderFacts, line: LineFacts, available: int, *, can_wait: bool):  # type: ignore[no-untyped-def]
    most = MENU_QUANTITIES if can_wait else max(1, min(MENU_QUANTITIES, available))
    numbers = sorted({*range(1, most + 1), line.quantity})
    entries = [
        option(ngettext("{count} unit", "{count} units", number).format(count=number), str(number), chosen=number == line.quantity)
        for number in numbers
    ]
    if can_wait or available > MENU_QUANTITIES:
        entries.append(option(_("Another quantity…"), OTHER))
    return menu(f"cart:{order.id}:quantity", _("Quantity"), entries)


def _line(line: LineFacts, currency: str) -> str:
    name = plain(line.variation_name) or plain(line.product_name)
    full = money(line.unit_price_minor * line.quantity, currency)
    if line.quantity == 1:
        return f"{name} · {full}"
    return f"{line.quantity} × {name} · {money(line.unit_price_minor, currency)} = {full}"
