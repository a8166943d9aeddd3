"""Takes one payment of a charge: hands it to its purpose, or keeps it apart."""

import uuid
from datetime import timedelta

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.ids import new_id
from astra.core.integrations.payments.port import ProviderCharge, ProviderPayment
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.payments import purposes
from astra.core.payments.actions.keep_card import keep_card
from astra.core.payments.actions.move import move, note
from astra.core.payments.actions.request_refund import asked_back, request_refund
from astra.core.payments.events import PaymentParked
from astra.core.payments.models import Charge, Payment
from astra.core.payments.payer import payer_key
from astra.core.payments.schedule import PARKED_FOR


def receive_payment(charge: Charge, said: ProviderPayment, reading: ProviderCharge) -> uuid.UUID:
    """Records a payment that was not known and returns its id. The charge is locked by the caller, in whose transaction it runs.

    The first payment, if it is exactly what was asked for, goes to the purpose; a wrong one is parked for a day, a further one
    is parked and asked back at once.
    """
    now = current_instant()
    is_first = not Payment.objects.filter(seller_id=charge.seller_id, charge=charge).exists()
    payment = Payment.objects.create(
        id=new_id(),
        seller_id=charge.seller_id,
        charge=charge,
        provider=charge.provider,
        provider_payment_id=said.provider_payment_id,
        end_to_end_id=said.end_to_end_id,
        payer_key=payer_key(said.payer),
        amount_minor=said.amount_minor,
        currency=reading.currency,
        fee_minor=said.fee_minor,
        paid_at=said.paid_at,
        state=Payment.RECEIVED,
    )
    if not is_first:
        _park(charge, payment, Payment.SECOND)
        request_refund(seller_id=charge.seller_id, payment_id=payment.id, amount_minor=payment.amount_minor, reason=Payment.SECOND)
    elif wrong := _what_is_wrong(charge, said, reading):
        move(charge, "paid_wrong", actor="provider", facts={"payment": str(payment.id), "wrong": wrong}, approved_at=now)
        _park(charge, payment, wrong, keep_for=PARKED_FOR)
    else:
        move(charge, "paid", actor="provider", facts={"payment": str(payment.id)}, approved_at=now)
        kept = keep_card(charge, reading.kept_card) if charge.keep_card and reading.kept_card is not None else None
        verdict = purposes.apply(_settlement(charge, payment, kept))
        if verdict == purposes.APPLIED:
            Payment.objects.filter(id=payment.id).update(state=Payment.APPLIED)
            note(charge.seller_id, "payment", payment.id, "applied", before=Payment.RECEIVED, after=Payment.APPLIED)
        else:
            _park(charge, payment, Payment.NOT_TAKEN, keep_for=None if asked_back(payment) else PARKED_FOR)
        charge.refresh_from_db()  # the purpose may have asked for a refund
    return payment.id


def _what_is_wrong(charge: Charge, said: ProviderPayment, reading: ProviderCharge) -> str:
    if reading.reference != str(charge.id):
        return Payment.WRONG_REFERENCE
    if reading.account != charge.account:
        return Payment.WRONG_ACCOUNT
    if reading.currency != charge.currency:
        return Payment.WRONG_CURRENCY
    if said.amount_minor != charge.amount_minor or reading.amount_minor != charge.amount_minor:
        return Payment.WRONG_AMOUNT
    return ""


def _settlement(charge: Charge, payment: Payment, kept: uuid.UUID | None) -> purposes.Settlement:
    return purposes.Settlement(
        seller_id=charge.seller_id,
        charge_id=charge.id,
        payment_id=payment.id,
        purpose_kind=charge.purpose_kind,
        purpose_id=charge.purpose_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        provider_fee_minor=payment.fee_minor,
        approved_at=charge.approved_at or current_instant(),
        method=charge.method,
        payer_key=payment.payer_key,
        saved_card_id=kept,
    )


def _park(charge: Charge, payment: Payment, reason: str, *, keep_for: timedelta | None = None) -> None:
    post(
        seller_id=charge.seller_id,
        kind=TransferKind.PARKED,
        key=str(payment.id),
        entries=[
            Entry(AccountKind.PROVIDER_CASH, payment.amount_minor - payment.fee_minor),
            Entry(AccountKind.PROVIDER_FEE, payment.fee_minor),
            Entry(AccountKind.PARKED, -payment.amount_minor),
        ],
        currency=payment.currency,
        facts={"reason": reason, "charge": str(charge.id)},
        object_kind="payment",
        object_id=payment.id,
    )
    refund_at = None if keep_for is None else current_instant() + keep_for
    Payment.objects.filter(id=payment.id).update(state=Payment.PARKED, reason=reason, refund_at=refund_at)
    payment.state, payment.reason = Payment.PARKED, reason
    note(charge.seller_id, "payment", payment.id, "parked", before=Payment.RECEIVED, after=Payment.PARKED, facts={"reason": reason})
    emit(PaymentParked(charge.seller_id, payment.id, charge.id, charge.purpose_kind, charge.purpose_id, reason))
