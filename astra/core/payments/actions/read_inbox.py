"""Understands a stored webhook: finds whose thing moved and reads it again at the provider."""

import uuid

from django.db.models import F

from astra.core.foundation.clock import AstraNow, current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.inbox import InboxEvent
from astra.core.foundation.tenancy.route import find_route
from astra.core.payments.actions.read_payout import read_payout
from astra.core.payments.actions.send_refund import send_refund
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.schedule import backoff

NOBODYS = "nobodys"


def read_inbox(*, inbox_event_id: uuid.UUID) -> bool:
    """Handles one stored notice; False when it has to be tried again later. What is not ours is handled with a remark.

    Nothing of the notice itself is believed. Raises nothing that can be expected; what cannot is noted and raised.
    """
    event = InboxEvent.objects.filter(id=inbox_event_id).first()
    if event is None or event.handled_at is not None:
        return True
    kind, reference = event.body.get("kind", ""), event.body.get("reference", "")
    hit = find_route(kind, reference) if kind in ("charge", "refund", "payout") and reference else None
    try:
        if hit is not None and hit.object_id is not None:
            if kind == "charge":
                take_reading(seller_id=hit.seller_id, charge_id=hit.object_id)
            elif kind == "refund":
                send_refund(seller_id=hit.seller_id, refund_id=hit.object_id)
            else:
                read_payout(seller_id=hit.seller_id, payout_id=hit.object_id)
    except Exception as problem:
        label = problem.label if isinstance(problem, Failure) else type(problem).__name__
        InboxEvent.objects.filter(id=event.id).update(
            attempts=F("attempts") + 1, next_try_at=current_instant() + backoff(event.attempts + 1), error=label[:200]
        )
        if isinstance(problem, Failure):
            return False
        raise
    InboxEvent.objects.filter(id=event.id, handled_at=None).update(
        attempts=F("attempts") + 1, handled_at=AstraNow(), error="" if hit is not None else NOBODYS
    )
    return True
