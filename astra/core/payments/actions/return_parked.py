"""A person sends a parked payment back now, without waiting for its day."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.payments.actions.request_refund import asked_back, lock_payment, request_refund
from astra.core.payments.models import Payment


class CannotReturn(Failure):
    """The payment is not parked any more, or all of it went back or is on its way."""

    text = _("This payment is no longer set aside: it was taken, or it is on its way back already. Nothing was changed.")
    label = "cannot_return"


def return_parked(*, seller_id: uuid.UUID, payment_id: uuid.UUID, actor: Actor, reason: str) -> uuid.UUID:
    """Asks back what is left of a parked payment, also after a refund that failed; returns the refund's id.

    The money leaves by a job, as every refund does. ``reason`` is kept in the audit. Raises NotFound, CannotReturn.
    """
    with acting_for(seller_id):
        payment = lock_payment(seller_id, payment_id)
        left = payment.amount_minor - asked_back(payment)
        if payment.state != Payment.PARKED or left <= 0:
            raise CannotReturn(payment_id=str(payment_id))
        refund_id = request_refund(seller_id=seller_id, payment_id=payment_id, amount_minor=left, reason=payment.reason)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="return_parked",
            object_kind="payment",
            object_id=payment_id,
            reason=reason,
            facts={"amount_minor": left, "currency": payment.currency, "was": payment.reason},
        )
    return refund_id
