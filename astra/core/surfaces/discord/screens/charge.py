"""The PIX: from the press to the picture, the code, and what can go wrong on the way."""

import datetime

from django.utils.translation import gettext as _

from astra.core.integrations.discord.rest import File
from astra.core.journey.sales.queries import OrderFacts
from astra.core.surfaces.discord.screens.parts import ACCENT, BAD, OPEN, Screen, button, picture, quiet, row, rule, screen, text
from astra.core.surfaces.discord.words import clock_time, countdown, hour, money, plain

QR_NAME = "qr.png"


def making_charge(order: OrderFacts) -> Screen:
    """The answer to Pay, given at once."""
    return screen(
        "making_charge", ACCENT, text("## " + _("Making the PIX…"), items_line(order), quiet(_("It appears here in a few seconds.")))
    )


def charge(order: OrderFacts, qr_png: bytes, expires_at: datetime.datetime, looked_at: datetime.datetime | None = None) -> Screen:
    """Pay this: the picture, until when, and what happens before and after. The code itself goes alone in its own message."""
    return screen(
        "charge",
        ACCENT,
        text(
            "## " + _("Pay {amount} by PIX").format(amount=money(order.total_minor, order.currency)),
            items_line(order),
            _("Order {code}").format(code=f"`{order.code}`"),
        ),
        picture(f"attachment://{QR_NAME}", _("QR code of the PIX of order {code}").format(code=order.code)),
        text(
            _("Pay before {time} ({countdown}).").format(time=hour(expires_at), countdown=countdown(expires_at)),
            _("Once the payment is seen, this message changes by itself."),
            _("There is no stock now: you pay to wait, and are served in the order of payment.") if order.accepts_waiting else None,
            quiet(_("Not seen yet. Looked at {time}.").format(time=clock_time(looked_at))) if looked_at else None,
        ),
        rule(),
        text(quiet(_if_late(order))),
        row(
            button(_("I have paid: update"), f"order:{order.id}:refresh", OPEN),
            button(_("Cancel order"), f"order:{order.id}:cancel"),
        ),
        files=[File(QR_NAME, qr_png, "image/png")],
    )


def _if_late(order: OrderFacts) -> str:
    if order.accepts_waiting:
        return _("If you pay late, your place in the queue counts from that payment.")
    return _("If you pay late, the purchase is delivered if there is still stock; otherwise the whole amount goes back to you.")


def charge_failed(order: OrderFacts) -> Screen:
    """The provider did not make the charge; the order was closed and its items are free."""
    return screen(
        "charge_failed",
        BAD,
        text(
            "## " + _("The PIX could not be made"),
            items_line(order),
            _("The PIX provider did not answer in time. Nothing was charged and this order is closed. Press Buy again in a minute."),
            _("Order {code}").format(code=f"`{order.code}`"),
        ),
    )


def cancelling(order: OrderFacts) -> Screen:
    """The answer to Cancel, while the provider is told first."""
    return screen(
        "cancelling",
        ACCENT,
        text("## " + _("Cancelling…"), items_line(order), quiet(_("If the payment arrived just now, the purchase is delivered as usual."))),
    )


def items_line(order: OrderFacts) -> str:
    """What was bought, on one line: ``2 × Game · Standard``."""
    parts = []
    for line in order.lines:
        name = plain(line.product_name)
        if line.variation_name:
            name = f"{name} · {plain(line.variation_name)}"
        parts.append(f"{line.quantity} × {name}" if line.quantity > 1 else name)
    return ", ".join(parts)
