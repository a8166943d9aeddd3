"""Sends a payout. At most once: whatever happens on the way, it is never sent again."""

import json
import uuid

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import OutcomeUnknown, PayoutRequest, ProviderDown, Refused
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments.actions.move import move
from astra.core.payments.actions.read_payout import apply_payout, lock_payout, lose_payout, settle_failed
from astra.core.payments.models import Payout
from astra.core.payments.schedule import LEASE, backoff
from astra.core.payments.transitions import CREATED, SENDING


def send_payout(*, seller_id: uuid.UUID, payout_id: uuid.UUID) -> str:
    """Sends a payout that was never tried, and returns its state; in any other state it does nothing.

    The state ``sending`` is committed before the call: a program that dies in between leaves a payout that is looked up, not
    sent. Only an answer that surely nothing was done makes it sendable again. Outages are recorded, not raised. Raises NotFound.
    """
    claimed = _claim(seller_id, payout_id)
    if isinstance(claimed, str):
        return claimed
    payout, request = claimed
    try:
        reading = provider_named(payout.provider).create_payout(request)
    except ProviderDown as problem:
        return _not_sent(payout, problem.label)
    except Refused as problem:
        return settle_failed(payout, problem.code)
    except OutcomeUnknown as problem:
        return lose_payout(payout, problem.label)
    return apply_payout(seller_id=seller_id, payout_id=payout_id, reading=reading)


def _claim(seller_id: uuid.UUID, payout_id: uuid.UUID) -> tuple[Payout, PayoutRequest] | str:
    with acting_for(seller_id):
        payout = lock_payout(seller_id, payout_id)
        if payout.state != CREATED:
            return payout.state
        now = current_instant()
        move(payout, "sending", sent_at=now, attempts=payout.attempts + 1, next_look_at=now + LEASE)
        sealed = unseal(
            bytes(payout.destination_sealed), seller_id=seller_id, table="payments_payout", row_id=payout_id, column="destination_sealed"
        )
        destination = json.loads(sealed.reveal())
        return payout, PayoutRequest(
            reference=str(payout.id),
            amount_minor=payout.amount_minor,
            currency=payout.currency,
            pix_key=Secret(destination["pix_key"]),
            holder_name=destination["holder_name"],
            holder_document=Secret(destination["holder_document"]),
        )


def _not_sent(payout: Payout, code: str) -> str:
    with acting_for(payout.seller_id):
        row = Payout.objects.select_for_update().filter(seller_id=payout.seller_id, id=payout.id).first()
        if row is None:
            raise NotFound(payout_id=str(payout.id))
        if row.state == SENDING and row.version == payout.version:
            troubles = row.troubles + 1
            move(row, "not_sent", facts={"code": code}, troubles=troubles, next_look_at=current_instant() + backoff(troubles))
        return row.state
