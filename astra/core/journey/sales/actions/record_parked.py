"""Money came for an order that does not fit it."""

import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.move_order import change_order, lock_order, note_step
from astra.core.journey.sales.events import OrderInReview
from astra.core.journey.sales.models.order_state import Commercial, PaymentAxis

REVIEWED = ("wrong_amount", "wrong_currency", "wrong_account", "wrong_reference")
UNPAID = (Commercial.AWAITING_PAYMENT, Commercial.EXPIRED, Commercial.CANCELLED)


def record_parked(*, seller_id: uuid.UUID, order_id: uuid.UUID, payment_id: uuid.UUID, reason: str) -> None:
    """Shows on an unpaid order that its money is in review, once per payment; a paid order only gets a line of history."""
    with acting_for(seller_id):
        try:
            order = lock_order(order_id)
        except NotFound:
            return
        if order.payment_id == payment_id:
            return  # it came too late for this order, whose own timeline says so
        new = note_step(order, kind="payment_parked", actor=Actor("provider"), facts={"reason": reason}, key=str(payment_id))
        if new and reason in REVIEWED and order.commercial in UNPAID:
            change_order(order, payment=PaymentAxis.MISMATCHED)
            emit(OrderInReview(seller_id, order.id))
