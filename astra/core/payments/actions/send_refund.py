"""Asks the provider to give money back, once, and follows it to its end."""

import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import OutcomeUnknown, ProviderDown, ProviderRefund, RefundRequest, Refused
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments.actions.move import move
from astra.core.payments.actions.request_refund import lock_payment
from astra.core.payments.actions.settle_refund import fail_refund, settle_refund
from astra.core.payments.models import Charge, Payment, Refund
from astra.core.payments.schedule import LEASE, backoff, look_at_refund
from astra.core.payments.transitions import FAILED, PENDING, REQUESTED, SUCCEEDED, UNKNOWN

# Refusals that pass: the same refund is asked again, under a new key because the old one answers the refusal for ever.
_PASSING = {"insufficient_balance"}


def send_refund(*, seller_id: uuid.UUID, refund_id: uuid.UUID) -> str:
    """Sends a refund, or looks how a sent one stands, and returns its state.

    One that may have been sent is looked up by its reference before it is asked again under the same key. Outages are
    recorded, not raised. Raises NotFound, and what the purpose raises (then it is tried again).
    """
    refund, payment, charge = _claim(seller_id, refund_id)
    if refund.state in (SUCCEEDED, FAILED):
        return refund.state
    try:
        reading = _look_up_or_ask(refund, payment, charge)
    except Refused as problem:
        return _refused(refund, problem.code)
    except ProviderDown:
        return _put_off(refund)
    except OutcomeUnknown as problem:
        return _unknown(refund, problem.label)
    if reading is None:
        return _put_off(refund)
    return _record(refund, reading)


def _claim(seller_id: uuid.UUID, refund_id: uuid.UUID) -> tuple[Refund, Payment, Charge]:
    with acting_for(seller_id):
        refund = Refund.objects.select_for_update().filter(seller_id=seller_id, id=refund_id).first()
        if refund is None:
            raise NotFound(refund_id=str(refund_id))
        if refund.state not in (SUCCEEDED, FAILED):
            Refund.objects.filter(id=refund_id).update(attempts=refund.attempts + 1, next_look_at=current_instant() + LEASE)
        payment = Payment.objects.get(id=refund.payment_id)
        return refund, payment, Charge.objects.get(id=payment.charge_id)


def _look_up_or_ask(refund: Refund, payment: Payment, charge: Charge) -> ProviderRefund | None:
    provider = provider_named(charge.provider)
    if refund.provider_id:
        return provider.refund(refund.provider_id)
    if refund.attempts > 0:  # as it was before this try
        found = provider.refund_by_reference(str(refund.id))
        if found is not None:
            return found
    return provider.create_refund(
        RefundRequest(
            reference=str(refund.id),
            key=f"{refund.id}:{refund.generation}",
            charge_provider_id=charge.provider_id,
            provider_payment_id=payment.provider_payment_id,
            amount_minor=refund.amount_minor,
        )
    )


def _record(refund: Refund, reading: ProviderRefund) -> str:
    with acting_for(refund.seller_id):
        charge, payment, row = _lock(refund)
        if row.state in (SUCCEEDED, FAILED):
            return row.state
        if reading.status == "succeeded":
            settle_refund(charge, payment, row, provider_id=reading.provider_id, return_id=reading.return_id)
        elif reading.status == "failed":
            fail_refund(charge, payment, row, provider_id=reading.provider_id, code=reading.failure_code)
        else:
            now = current_instant()
            at = look_at_refund(asked_at=row.created_at, now=now)
            if row.state == PENDING:
                Refund.objects.filter(id=row.id).update(next_look_at=at, troubles=0)
            else:
                move(row, "taken", provider_id=reading.provider_id, next_look_at=at, troubles=0)
        return row.state


def _refused(refund: Refund, code: str) -> str:
    with acting_for(refund.seller_id):
        charge, payment, row = _lock(refund)
        if row.state in (REQUESTED, UNKNOWN):
            if code not in _PASSING:
                fail_refund(charge, payment, row, provider_id="", code=code)
            else:
                if row.state == UNKNOWN:
                    move(row, "not_there", facts={"code": code})
                # Only the one who used the last key replaces it: a second refusal of the same key counts once.
                Refund.objects.filter(id=row.id, generation=refund.generation).update(
                    generation=refund.generation + 1,
                    failure_code=code,
                    troubles=row.troubles + 1,
                    next_look_at=current_instant() + backoff(row.troubles + 1),
                )
        return row.state


def _unknown(refund: Refund, code: str) -> str:
    with acting_for(refund.seller_id):
        _, _, row = _lock(refund)
        if row.state in (REQUESTED, UNKNOWN):
            troubles = row.troubles + 1
            move(row, "lost", facts={"code": code}, troubles=troubles, next_look_at=current_instant() + backoff(troubles))
        return row.state


def _put_off(refund: Refund) -> str:
    with acting_for(refund.seller_id):
        row = Refund.objects.select_for_update().get(id=refund.id)
        troubles = row.troubles + 1
        Refund.objects.filter(id=row.id).update(troubles=troubles, next_look_at=current_instant() + backoff(troubles))
        return row.state


def _lock(refund: Refund) -> tuple[Charge, Payment, Refund]:
    payment = lock_payment(refund.seller_id, refund.payment_id)
    row = Refund.objects.select_for_update().get(id=refund.id)
    return Charge.objects.get(id=payment.charge_id), payment, row
