"""Money of an order went back to the buyer."""

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.leave_queue import leave_queue
from astra.core.journey.sales.actions.move_order import change_order, lock_order, move_order, note_step
from astra.core.journey.sales.events import OrderRefunded
from astra.core.journey.sales.models import OrderEvent
from astra.core.journey.sales.models.order_state import Move, PaymentAxis, allows
from astra.core.payments.purposes import Refunded

BACK = ("refunded", "partially_refunded")


def record_refund(refunded: Refunded) -> None:
    """Writes a refund into the order, once, inside payments' transaction.

    An order whose money went back in full leaves the queue for stock: the next restock is for those who still paid. Money that
    never settled the order (a second payment, a wrong amount) leaves a line in its timeline and changes nothing.
    """
    with acting_for(refunded.seller_id):
        try:
            order = lock_order(refunded.purpose_id)
        except NotFound:
            return
        facts = {"amount_minor": refunded.amount_minor, "currency": order.currency}
        key = str(refunded.refund_id)
        if order.payment_id != refunded.payment_id:
            note_step(order, kind="payment_returned", actor=Actor("provider"), facts=facts, key=key)
            if order.payment == PaymentAxis.MISMATCHED:
                change_order(order, payment=PaymentAxis.REFUNDED)
            return
        back = order.refunded_minor + refunded.amount_minor
        move = Move.REFUND_ALL if back >= order.total_minor else Move.REFUND_PART
        kind = "refunded" if move == Move.REFUND_ALL else "partially_refunded"
        if not allows(order.commercial, move) or OrderEvent.objects.filter(order=order, kind__in=BACK, key=key).exists():
            return
        move_order(
            order,
            move,
            actor=Actor("provider"),
            kind=kind,
            facts=facts,
            key=key,
            payment=PaymentAxis.REFUNDED if move == Move.REFUND_ALL else PaymentAxis.PARTIALLY_REFUNDED,
            refunded_minor=min(back, order.total_minor),
            closed_at=AstraNow(),
        )
        if move == Move.REFUND_ALL:
            leave_queue(seller_id=order.seller_id, order_id=order.id)
        emit(OrderRefunded(refunded.seller_id, order.id))
