"""Nobody paid in time."""

import datetime
import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.close_unpaid import close_unpaid
from astra.core.journey.sales.actions.move_order import lock_order
from astra.core.journey.sales.events import OrderExpired
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Commercial, Move, PaymentAxis
from astra.core.payments.actions.cancel_charge import cancel_charge

# How long an unreachable provider keeps an ended reservation alive. What is paid after that is a late payment.
PATIENCE = datetime.timedelta(minutes=2)


def expire_order(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> bool:
    """Ends an order whose time is over; returns whether it did.

    The charge is cancelled at the provider first, outside any transaction: if it turns out to be paid, the order is paid.
    When the provider cannot be reached the order ends two minutes later all the same, and its charge stays under watch.
    Does nothing for an order that is not due (any more).
    """
    with acting_for(seller_id):
        order = Order.objects.filter(id=order_id).first()
        if order is None:
            raise NotFound
        if not _is_due(order):
            return False
        charge_id, patient = order.charge_id, current_instant() < _deadline(order) + PATIENCE
    known = True
    try:
        if charge_id is not None and cancel_charge(seller_id=seller_id, charge_id=charge_id) == "paid":
            return False
    except Failure:
        if patient:
            return False  # the sweep comes again
        known = False
    with acting_for(seller_id):
        order = lock_order(order_id)
        if not _is_due(order):
            return False
        close_unpaid(
            order,
            Move.EXPIRE,
            actor=Actor.system("sales"),
            kind="expired",
            payment=PaymentAxis.EXPIRED if known else PaymentAxis.UNKNOWN,
        )
        emit(OrderExpired(seller_id, order_id))
    return True


def _deadline(order: Order) -> datetime.datetime:
    assert order.expires_at is not None, "The database gives every placed order a deadline."
    return order.expires_at


def _is_due(order: Order) -> bool:
    return order.commercial == Commercial.AWAITING_PAYMENT and _deadline(order) <= current_instant()
