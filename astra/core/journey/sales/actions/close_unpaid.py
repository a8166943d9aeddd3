"""What every unpaid end of an order has in common."""

from typing import Any

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.journey.catalog.actions.release import release
from astra.core.journey.catalog.actions.return_coupon import return_coupon
from astra.core.journey.sales.actions.move_order import move_order
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Move, PaymentAxis


def close_unpaid(order: Order, move: Move, *, actor: Actor, kind: str, payment: str, facts: dict[str, Any] | None = None) -> None:
    """Ends a locked order that was not paid: its items go back to those who wait or on sale, its coupon is returned.

    In the caller's transaction; items before the coupon, as everywhere. Money in review stays in review.
    """
    if order.payment == PaymentAxis.MISMATCHED:
        payment = PaymentAxis.MISMATCHED
    move_order(order, move, actor=actor, kind=kind, facts=facts, payment=payment, closed_at=AstraNow())
    release(seller_id=order.seller_id, order_id=order.id)
    return_coupon(seller_id=order.seller_id, order_id=order.id)
