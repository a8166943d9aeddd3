"""The provider refused to give a late buyer's money back: a person has to look."""

import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.move_order import lock_order, move_order
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Move, PaymentAxis, allows


def record_refund_failure(*, seller_id: uuid.UUID, payment_id: uuid.UUID, refund_id: uuid.UUID) -> None:
    """Marks an order that is being refunded with that payment as failed to refund; anything else is left alone."""
    with acting_for(seller_id):
        order_id = Order.objects.filter(payment_id=payment_id).values_list("id", flat=True).first()
        if order_id is None:
            return
        order = lock_order(order_id)
        if allows(order.commercial, Move.REFUND_FAIL):
            move_order(
                order,
                Move.REFUND_FAIL,
                actor=Actor("provider"),
                kind="refund_failed",
                key=str(refund_id),
                payment=PaymentAxis.APPROVED,
            )
