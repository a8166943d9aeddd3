"""Asks the provider how a payout stands and books the answer. Nothing here sends."""

import datetime
import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import OutcomeUnknown, ProviderDown, ProviderPayout, Refused
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments import purposes
from astra.core.payments.actions.move import move
from astra.core.payments.events import PayoutMoved
from astra.core.payments.models import Payout
from astra.core.payments.schedule import backoff, look_at_refund, watch_paid_payout
from astra.core.payments.transitions import CREATED, FAILED, PAID, PAYOUT, RETURNED, SENDING, UNKNOWN, allows

_EVENTS = {"processing": "taken", "paid": "paid", "failed": "failed", "returned": "returned"}


def read_payout(*, seller_id: uuid.UUID, payout_id: uuid.UUID) -> str:
    """Looks a sent payout up, by the provider's id or by our reference, and returns its state.

    One that is not there stays unknown: it is not sent again, and after a day a person decides. Outages are recorded, not
    raised. Raises NotFound, and what the purpose raises.
    """
    with acting_for(seller_id):
        payout = Payout.objects.filter(seller_id=seller_id, id=payout_id).first()
    if payout is None:
        raise NotFound(payout_id=str(payout_id))
    if payout.state in (CREATED, FAILED, RETURNED):
        return payout.state
    provider = provider_named(payout.provider)
    try:
        reading = provider.payout(payout.provider_id) if payout.provider_id else provider.payout_by_reference(str(payout.id))
    except (ProviderDown, OutcomeUnknown, Refused):
        return _put_off(payout)
    if reading is None:
        return lose_payout(payout, "not_there")
    return apply_payout(seller_id=seller_id, payout_id=payout_id, reading=reading)


def apply_payout(*, seller_id: uuid.UUID, payout_id: uuid.UUID, reading: ProviderPayout) -> str:
    """Books a reading in one transaction and returns the state. The table lets a payout only go on: older news change nothing."""
    with acting_for(seller_id):
        payout = lock_payout(seller_id, payout_id)
        now = current_instant()
        event = _EVENTS[reading.status]
        if allows(PAYOUT, payout.state, event):
            if reading.status == "returned" and payout.state != PAID:
                _settle(payout, "paid", reading, now)  # it was paid first, and we were not told
            _settle(payout, event, reading, now)
        else:
            Payout.objects.filter(id=payout.id).update(next_look_at=_next_look(payout, now), troubles=0)
        return payout.state


def lose_payout(payout: Payout, code: str) -> str:
    """Notes that nobody knows whether the money left; tells the purpose once and keeps looking."""
    with acting_for(payout.seller_id):
        row = lock_payout(payout.seller_id, payout.id)
        now = current_instant()
        if allows(PAYOUT, row.state, "lost"):
            move(row, "lost", facts={"code": code}, unknown_at=now, next_look_at=now + backoff(1))
            _tell(row, "unknown")
        elif row.state not in (CREATED, FAILED, RETURNED):
            Payout.objects.filter(id=row.id).update(next_look_at=_next_look(row, now))
        return row.state


def settle_failed(payout: Payout, code: str) -> str:
    """Books that the provider refused a payout for good: nothing left."""
    with acting_for(payout.seller_id):
        row = lock_payout(payout.seller_id, payout.id)
        if row.state == SENDING and row.version == payout.version:
            move(row, "failed", facts={"code": code}, failure_code=code[:64], settled_at=current_instant(), next_look_at=None)
            _tell(row, "failed")
        return row.state


def lock_payout(seller_id: uuid.UUID, payout_id: uuid.UUID) -> Payout:
    """The payout, locked until the transaction ends. Raises NotFound."""
    payout = Payout.objects.select_for_update().filter(seller_id=seller_id, id=payout_id).first()
    if payout is None:
        raise NotFound(payout_id=str(payout_id))
    return payout


def _settle(payout: Payout, event: str, reading: ProviderPayout, now: datetime.datetime) -> None:
    final = event in ("paid", "failed", "returned")
    move(
        payout,
        event,
        actor="provider",
        facts={"provider_id": reading.provider_id},
        provider_id=reading.provider_id,
        end_to_end_id=reading.end_to_end_id or payout.end_to_end_id,
        fee_minor=reading.fee_minor,
        failure_code=reading.failure_code if event in ("failed", "returned") else "",
        settled_at=(payout.settled_at or now) if final else None,
        troubles=0,
    )
    Payout.objects.filter(id=payout.id).update(next_look_at=_next_look(payout, now))
    if final:
        _tell(payout, event)


def _tell(payout: Payout, outcome: str) -> None:
    words: dict[str, purposes.PayoutOutcome] = {"paid": "paid", "failed": "failed", "returned": "returned", "unknown": "unknown"}
    purposes.settle_payout(payout.purpose_kind, purposes.PayoutSettled(payout.seller_id, payout.id, payout.purpose_id, words[outcome]))
    emit(PayoutMoved(payout.seller_id, payout.id, outcome))


def _next_look(payout: Payout, now: datetime.datetime) -> datetime.datetime | None:
    if payout.state in (FAILED, RETURNED):
        return None
    if payout.state == PAID:
        return watch_paid_payout(paid_at=payout.settled_at or now, now=now)
    since = payout.unknown_at if payout.state == UNKNOWN else payout.sent_at
    return look_at_refund(asked_at=since or now, now=now)


def _put_off(payout: Payout) -> str:
    with acting_for(payout.seller_id):
        row = lock_payout(payout.seller_id, payout.id)
        troubles = row.troubles + 1
        Payout.objects.filter(id=row.id).update(troubles=troubles, next_look_at=current_instant() + backoff(troubles))
        return row.state
