"""Tells a buyer that money went back which never settled an order: a second payment, or one that did not fit."""

import uuid

from astra.core.journey.sales.queries import order_facts
from astra.core.payments.queries import charge_facts, payment_facts
from astra.core.surfaces.discord.screens import order_states
from astra.core.surfaces.discord.sends.notice import send_notice
from astra.core.surfaces.discord.sends.show_order import show_order

ORDER, PARKED, SECOND = "order", "parked", "second_payment"
# Of these the order itself speaks: its money came too late and goes back with it.
NOT_TAKEN = "not_taken"


def tell_returned(*, seller_id: uuid.UUID, payment_id: uuid.UUID) -> None:
    """Sends one direct message per payment that went back whole, and draws the order's own message anew where it still can be changed.

    After a second payment the order stands as it stood, and its message, too; after money that did not fit it is in review no more.
    Raises Discord's failures that may pass.
    """
    payment = payment_facts(seller_id, payment_id)
    charge = charge_facts(seller_id, payment.charge_id)
    is_of_its_own = payment.state == PARKED and payment.reason != NOT_TAKEN
    if charge.purpose_kind != ORDER or not is_of_its_own or payment.refunded_minor < payment.amount_minor:
        return
    order = order_facts(seller_id, charge.purpose_id)
    send_notice(
        seller_id,
        order,
        kind=kind_of(payment_id),
        mark=f"B{payment_id.hex[-6:].upper()}",
        draw=lambda reference: order_states.money_returned(
            order, payment.amount_minor, payment.currency, was_second=payment.reason == SECOND, reference=reference
        ),
    )
    show_order(seller_id=seller_id, order_id=order.id)


def kind_of(payment_id: uuid.UUID) -> str:
    """The kind of the notice about one payment."""
    return f"back:{payment_id.hex[-16:]}"
