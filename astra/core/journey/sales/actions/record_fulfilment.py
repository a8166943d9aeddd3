"""Delivery says how far the goods are."""

import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.move_order import change_order, lock_order, note_step
from astra.core.journey.sales.models.order_state import FULFILMENT, SETTLED, Fulfilment, WrongMove

STEPS = {
    Fulfilment.IN_PROGRESS: "fulfilling",
    Fulfilment.PARTIAL: "partially_delivered",
    Fulfilment.WAITING_STOCK: "waiting_stock",
    Fulfilment.DONE: "delivered",
}


def record_fulfilment(*, seller_id: uuid.UUID, order_id: uuid.UUID, fulfilment: str) -> None:
    """Writes the third axis of a paid order, in the caller's transaction; the same value again does nothing.

    Raises NotFound, and WrongMove for an order without money or goods that were all delivered before.
    """
    wanted = Fulfilment(fulfilment)
    with acting_for(seller_id):
        order = lock_order(order_id)
        if order.fulfilment == wanted:
            return
        if order.commercial not in SETTLED or wanted not in FULFILMENT[Fulfilment(order.fulfilment)]:
            raise WrongMove(f"The goods of an order that is {order.commercial!r} cannot go from {order.fulfilment!r} to {wanted.value!r}.")
        done = {"delivered_at": AstraNow()} if wanted == Fulfilment.DONE else {}
        change_order(order, fulfilment=wanted, **done)
        note_step(order, kind=STEPS[wanted], actor=Actor.system("delivery"))
