"""The seller takes a parked payment after all, instead of its going back."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.payments import purposes
from astra.core.payments.actions.move import move, note
from astra.core.payments.actions.request_refund import asked_back, lock_payment
from astra.core.payments.models import Charge, Payment
from astra.core.payments.transitions import CHARGE, allows


class CannotAccept(Failure):
    """The payment is not parked any more, is on its way back, or is of a kind that cannot be taken."""

    text = _("This payment can no longer be accepted: it was taken already or is on its way back. Nothing was changed.")
    label = "cannot_accept"


def accept_parked(*, seller_id: uuid.UUID, payment_id: uuid.UUID, actor: Actor, reason: str) -> None:
    """Hands a parked payment to its purpose, whose own posting takes the money out of ``parked``.

    Only the first payment of a charge can be accepted. Raises NotFound, CannotAccept, and what the purpose raises.
    """
    with acting_for(seller_id):
        payment = lock_payment(seller_id, payment_id)
        charge = Charge.objects.get(id=payment.charge_id)
        release = purposes.releaser(charge.purpose_kind)
        if payment.state != Payment.PARKED or payment.reason == Payment.SECOND or asked_back(payment) or release is None:
            raise CannotAccept(payment_id=str(payment_id))
        verdict = release(
            purposes.Settlement(
                seller_id=seller_id,
                charge_id=charge.id,
                payment_id=payment.id,
                purpose_kind=charge.purpose_kind,
                purpose_id=charge.purpose_id,
                amount_minor=payment.amount_minor,
                currency=payment.currency,
                provider_fee_minor=payment.fee_minor,
                approved_at=charge.approved_at or payment.created_at,
            )
        )
        if verdict != purposes.APPLIED:
            raise CannotAccept(payment_id=str(payment_id))
        Payment.objects.filter(id=payment_id).update(state=Payment.APPLIED, refund_at=None)
        if allows(CHARGE, charge.state, "accepted"):
            move(charge, "accepted", actor=f"{actor.kind}:{actor.id}", facts={"payment": str(payment_id)})
        note(seller_id, "payment", payment_id, "accepted", before=Payment.PARKED, after=Payment.APPLIED, actor=f"{actor.kind}:{actor.id}")
        record(
            seller_id=seller_id,
            actor=actor,
            verb="accept_parked",
            object_kind="payment",
            object_id=payment_id,
            reason=reason,
            facts={"amount_minor": payment.amount_minor, "was": payment.reason},
        )
