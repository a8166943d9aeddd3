"""Writes down that money is to go back; the provider hears of it later."""

import uuid

from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route
from astra.core.payments.actions.move import move, note
from astra.core.payments.events import RefundRequested
from astra.core.payments.models import Charge, Payment, Refund
from astra.core.payments.schedule import FIRST_LOOK
from astra.core.payments.transitions import CHARGE, FAILED, allows


class TooMuchToRefund(Failure):
    """More is asked back than is left of the payment, counting what is on its way."""

    text = _("This is more than what is left of the payment. Nothing was refunded; please choose a smaller amount.")
    label = "too_much_to_refund"


def request_refund(*, seller_id: uuid.UUID, payment_id: uuid.UUID, amount_minor: int, reason: str) -> uuid.UUID:
    """Records a refund of one payment in the caller's transaction and returns its id; RefundRequested starts the sending.

    ``reason`` is a short code for the records. Raises NotFound, TooMuchToRefund.
    """
    with acting_for(seller_id):
        payment = lock_payment(seller_id, payment_id)
        left = payment.amount_minor - asked_back(payment)
        if not 0 < amount_minor <= left:
            raise TooMuchToRefund(amount_minor=amount_minor, left_minor=left)
        refund_id = new_id()
        Refund.objects.create(
            id=refund_id,
            seller_id=seller_id,
            payment=payment,
            amount_minor=amount_minor,
            currency=payment.currency,
            reason=reason[:64],
            next_look_at=current_instant() + FIRST_LOOK,
        )
        add_route(kind="refund", key=str(refund_id), seller_id=seller_id, object_id=refund_id)
        note(
            seller_id, "refund", refund_id, "requested", after="requested", facts={"amount_minor": amount_minor, "payment": str(payment_id)}
        )
        if payment.refund_at is not None:
            Payment.objects.filter(id=payment_id).update(refund_at=None)
        charge = Charge.objects.get(id=payment.charge_id)
        if payment.reason != Payment.SECOND and allows(CHARGE, charge.state, "refund_asked"):
            move(charge, "refund_asked", facts={"refund": str(refund_id)})
        emit(RefundRequested(seller_id, refund_id))
    return refund_id


def lock_payment(seller_id: uuid.UUID, payment_id: uuid.UUID) -> Payment:
    """The payment, with its charge locked first (everybody locks in this order). Raises NotFound."""
    charge_id = Payment.objects.filter(seller_id=seller_id, id=payment_id).values_list("charge_id", flat=True).first()
    if charge_id is None:
        raise NotFound(payment_id=str(payment_id))
    Charge.objects.select_for_update().get(id=charge_id)
    return Payment.objects.select_for_update().get(id=payment_id)


def asked_back(payment: Payment) -> int:
    """What went back of a payment or is on its way, in minor units."""
    total = Refund.objects.filter(payment=payment).exclude(state=FAILED).aggregate(total=Sum("amount_minor"))["total"]
    return int(total or 0)
