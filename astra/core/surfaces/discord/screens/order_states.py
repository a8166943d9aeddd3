"""What the buyer's message says after the payment was seen, or when the order came to its end."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.journey.sales.queries import OrderFacts
from astra.core.surfaces.discord.screens.charge import items_line
from astra.core.surfaces.discord.screens.parts import OK, OPEN, QUIET, WARN, Screen, button, quiet, row, rule, screen, text
from astra.core.surfaces.discord.words import hour, money


def paid(order: OrderFacts) -> Screen:
    """Seen; being prepared."""
    return screen(
        "paid",
        OK,
        text("## " + _("Payment confirmed. Preparing your purchase."), items_line(order), _order_line(order)),
    )


def delivered(order: OrderFacts, reference: str = "") -> Screen:
    """Ready to be seen. Never the goods themselves. ``reference`` finds this notice again in a channel."""
    return screen(
        "delivered",
        OK,
        text(
            "## " + _("Your purchase has arrived"),
            items_line(order),
            _paid_line(order),
            _order_line(order),
        ),
        rule(),
        text(quiet(_("Only you see what the button shows. Find it again with /compras.")), quiet(reference) if reference else None),
        row(button(_("See my purchase"), f"see:{order.id}", OPEN)),
    )


def waiting(order: OrderFacts, place: int | None, reference: str = "") -> Screen:
    """Paid, and in the queue for stock."""
    return screen(
        f"waiting:{place or 0}",
        WARN,
        text(
            "## " + _("Paid and safe. You are in the queue."),
            items_line(order),
            _("What arrives next goes to the queue before it goes on sale.")
            if order.accepts_waiting
            else _("The stock ran out before your turn. What arrives next goes to the queue before it goes on sale."),
            _("You are number {place} in the queue.").format(place=f"**{place}**") if place else None,
            _order_line(order),
        ),
        rule(),
        text(quiet(_("You need to do nothing: we tell you here and by direct message.")), quiet(reference) if reference else None),
        row(button(_("Update"), f"order:{order.id}:refresh")),
    )


def partly_delivered(order: OrderFacts, place: int | None, reference: str = "") -> Screen:
    """Some of it is ready, the rest waits for stock."""
    return screen(
        f"partly_delivered:{place or 0}",
        WARN,
        text(
            "## " + _("Part of your purchase has arrived"),
            items_line(order),
            _("The rest waits for stock and goes to you before it goes on sale."),
            _("You are number {place} in the queue.").format(place=f"**{place}**") if place else None,
            _order_line(order),
        ),
        rule(),
        text(quiet(_("Only you see what the button shows. Find it again with /compras.")), quiet(reference) if reference else None),
        row(button(_("See my purchase"), f"see:{order.id}", OPEN), button(_("Update"), f"order:{order.id}:refresh")),
    )


def expired(order: OrderFacts) -> Screen:
    """The time to pay is over."""
    return screen(
        "expired",
        QUIET,
        text(
            "## " + _("The time to pay is over"),
            items_line(order),
            _("Nothing was charged and the stock was set free. Press Buy again to make a new order."),
            _order_line(order),
        ),
        rule(),
        text(
            quiet(
                _(
                    "Did you pay just before? The payment is still looked at: "
                    "it is delivered if there is stock, or goes back to you in full."
                )
            )
        ),
        row(button(_("I have paid: update"), f"order:{order.id}:refresh")),
    )


def cancelled(order: OrderFacts) -> Screen:
    """Given up by the buyer or the shop."""
    return screen(
        "cancelled",
        QUIET,
        text(
            "## " + _("Order cancelled"),
            items_line(order),
            _("Nothing was charged. Press Buy again whenever you want."),
            _order_line(order),
        ),
    )


def in_review(order: OrderFacts, reference: str = "") -> Screen:
    """Money came that does not fit the order."""
    return screen(
        "payment_in_review",
        WARN,
        text(
            "## " + _("Your payment is being looked at"),
            items_line(order),
            _("What arrived is not the amount of this order. Nothing is lost: all of it goes back to you within a day."),
            _order_line(order),
            quiet(reference) if reference else None,
        ),
        row(button(_("Update"), f"order:{order.id}:refresh")),
    )


def refunding(order: OrderFacts, reference: str = "") -> Screen:
    """The money is on its way back."""
    return screen(
        "refunding",
        WARN,
        text(
            "## " + _("Your money is on its way back"),
            items_line(order),
            _("The payment arrived when there was no stock left. {amount} goes back by PIX to the account that paid.").format(
                amount=money(order.total_minor, order.currency)
            ),
            _order_line(order),
            quiet(reference) if reference else None,
        ),
    )


def refunded(order: OrderFacts, *, in_part: bool = False, reference: str = "") -> Screen:
    """The money went back."""
    return screen(
        "partially_refunded" if in_part else "refunded",
        QUIET,
        text(
            "## " + (_("Part of your money went back") if in_part else _("Your money went back")),
            items_line(order),
            _("It was returned by PIX to the account that paid.")
            if in_part
            else _("{amount} was returned by PIX to the account that paid.").format(amount=money(order.total_minor, order.currency)),
            _order_line(order),
            quiet(reference) if reference else None,
        ),
        row(button(_("See my purchase"), f"see:{order.id}", OPEN)) if in_part else None,
    )


def money_returned(order: OrderFacts, amount_minor: int, currency: str, *, was_second: bool, reference: str = "") -> Screen:
    """Money went back that was not needed: the order stands as it stood."""
    return screen(
        "money_returned",
        QUIET,
        text(
            "## " + _("Your money went back"),
            items_line(order),
            (
                _("You had paid for this order already: the second payment of {amount} was returned by PIX to the account that paid.")
                if was_second
                else _("The {amount} that arrived did not fit this order and was returned by PIX to the account that paid.")
            ).format(amount=money(amount_minor, currency)),
            _("Your purchase is not touched by it.") if was_second else _("Nothing was charged. Press Buy again whenever you want."),
            _order_line(order),
            quiet(reference) if reference else None,
        ),
    )


def purchases_found(count: int) -> str:
    """How many purchases a list shows."""
    return ngettext("{count} purchase", "{count} purchases", count).format(count=count)


def _order_line(order: OrderFacts) -> str:
    return _("Order {code}").format(code=f"`{order.code}`")


def _paid_line(order: OrderFacts) -> str | None:
    if order.paid_at is None:
        return None
    return _("Paid {amount} at {time}").format(amount=money(order.total_minor, order.currency), time=hour(order.paid_at))
