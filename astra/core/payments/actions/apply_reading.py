"""Takes what the provider says of a charge into our books: one transaction, in any order, as often as it is told."""

import datetime
import uuid

from django.db.models import Sum

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import ProviderCharge, ProviderPayment
from astra.core.payments.actions.move import move, note
from astra.core.payments.actions.receive_payment import receive_payment
from astra.core.payments.actions.settle_refund import settle_refund
from astra.core.payments.events import ChargeDeclined, ChargeFailed, ChargeReady
from astra.core.payments.models import Charge, Payment, Refund
from astra.core.payments.schedule import look_at_charge, watch_approved
from astra.core.payments.transitions import (
    CHARGE,
    CREATED,
    FAILED,
    PENDING,
    REQUESTED,
    SUCCEEDED,
    UNKNOWN,
    allows,
)

_STATUS_EVENTS = {"pending": "made", "expired": "expired", "cancelled": "cancelled"}


def apply_reading(*, seller_id: uuid.UUID, charge_id: uuid.UUID, reading: ProviderCharge) -> str:
    """Applies a reading and returns the charge's state. A reading older than the last one changes nothing.

    Payments not seen before are received, refunds nobody asked for are booked. What a purpose raises undoes all of it. Raises
    NotFound.
    """
    with acting_for(seller_id):
        charge = lock_charge(seller_id, charge_id)
        now = current_instant()
        if not _is_older(charge, reading):
            _adopt(charge, reading)
            _follow_status(charge, reading)
            _note_declines(charge, reading)
            for said in reading.payments:
                if not _known(charge, said):
                    receive_payment(charge, said, reading)
            for said in reading.payments:
                _book_unasked_refund(charge, said, now)
            Charge.objects.filter(id=charge.id).update(
                provider_rank=reading.rank,
                provider_updated_at=reading.updated_at,
            )
        charge.refresh_from_db()
        Charge.objects.filter(id=charge.id).update(next_look_at=_next_look(charge, now), troubles=0)
    return charge.state


def lock_charge(seller_id: uuid.UUID, charge_id: uuid.UUID) -> Charge:
    """The charge, locked until the transaction ends. Raises NotFound."""
    charge = Charge.objects.select_for_update().filter(seller_id=seller_id, id=charge_id).first()
    if charge is None:
        raise NotFound(charge_id=str(charge_id))
    return charge


def _is_older(charge: Charge, reading: ProviderCharge) -> bool:
    if charge.provider_id and charge.provider_id != reading.provider_id:
        return True  # another charge than the one we know: nothing of ours speaks of it
    if charge.provider_updated_at is None:
        return False
    return (reading.rank, reading.updated_at) < (charge.provider_rank, charge.provider_updated_at)


def _adopt(charge: Charge, reading: ProviderCharge) -> None:
    if not charge.provider_id:
        charge.provider_id, charge.account = reading.provider_id, reading.account
        charge.copy_paste, charge.pay_url = reading.copy_paste, reading.pay_url
        Charge.objects.filter(id=charge.id).update(
            provider_id=charge.provider_id,
            account=charge.account,
            copy_paste=charge.copy_paste,
            pay_url=charge.pay_url,
        )


def _follow_status(charge: Charge, reading: ProviderCharge) -> None:
    event = _STATUS_EVENTS.get(reading.status)
    if event is None or not allows(CHARGE, charge.state, event):
        return
    unseen = charge.state in (CREATED, UNKNOWN)
    move(charge, event, actor="provider", facts={"provider_id": reading.provider_id})
    if charge.state == PENDING:
        emit(ChargeReady(charge.seller_id, charge.id, charge.purpose_kind, charge.purpose_id))
    elif unseen and event == "expired":
        emit(ChargeFailed(charge.seller_id, charge.id, charge.purpose_kind, charge.purpose_id))


def _note_declines(charge: Charge, reading: ProviderCharge) -> None:
    """A card that was tried in vain: told once, and only while nothing else brought the money."""
    if reading.declines <= charge.declines:
        return
    charge.declines, charge.declined_code = reading.declines, reading.declined_code[:64]
    Charge.objects.filter(id=charge.id).update(declines=charge.declines, declined_code=charge.declined_code)
    note(charge.seller_id, "charge", charge.id, "declined", actor="provider", facts={"code": charge.declined_code})
    if reading.status == "pending":
        emit(ChargeDeclined(charge.seller_id, charge.id, charge.purpose_kind, charge.purpose_id))


def _known(charge: Charge, said: ProviderPayment) -> bool:
    return Payment.objects.filter(
        seller_id=charge.seller_id, provider=charge.provider, provider_payment_id=said.provider_payment_id
    ).exists()


def _book_unasked_refund(charge: Charge, said: ProviderPayment, now: datetime.datetime) -> None:
    """Money that the payer's bank took back by itself (a MED): what went back beyond all that we asked for."""
    payment = Payment.objects.select_for_update().get(
        seller_id=charge.seller_id, provider=charge.provider, provider_payment_id=said.provider_payment_id
    )
    if said.refunded_minor <= payment.refunded_minor:
        return
    ours = Refund.objects.filter(payment=payment).exclude(state=FAILED)
    excess = said.refunded_minor - int(ours.aggregate(total=Sum("amount_minor"))["total"] or 0)
    # One of ours went through before we were told: it is looked at now.
    ours.exclude(state=SUCCEEDED).update(next_look_at=now)
    if excess <= 0:
        return
    refund = Refund.objects.create(
        id=new_id(),
        seller_id=charge.seller_id,
        payment=payment,
        amount_minor=excess,
        currency=payment.currency,
        reason="payer_bank",
        origin=Refund.PROVIDER,
        state=REQUESTED,
    )
    note(charge.seller_id, "refund", refund.id, "unasked", after=REQUESTED, actor="provider", facts={"amount_minor": excess})
    charge.refresh_from_db()
    settle_refund(charge, payment, refund, provider_id="", return_id="")


def _next_look(charge: Charge, now: datetime.datetime) -> datetime.datetime | None:
    if charge.approved_at is not None:
        return watch_approved(approved_at=charge.approved_at, now=now)
    return look_at_charge(made_at=charge.created_at, expires_at=charge.expires_at, now=now)
