"""A person ends a payout whose fate nobody knew for a day and of which the provider has no trace."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.provider import provider_named
from astra.core.payments import purposes
from astra.core.payments.actions.move import move
from astra.core.payments.actions.read_payout import apply_payout, lock_payout
from astra.core.payments.events import PayoutMoved
from astra.core.payments.transitions import UNKNOWN

LOST_AFTER = datetime.timedelta(hours=24)


class NotLost(Failure):
    """The payout is settled, or has not been unknown for a day."""

    text = _("This payout is not lost: it is settled, or has been looked for less than a day. Nothing was changed; wait until it settles.")
    label = "payout_not_lost"


def close_lost_payout(*, seller_id: uuid.UUID, payout_id: uuid.UUID, actor: Actor, reason: str) -> str:
    """Looks once more and, if the provider still has nothing, books the payout as failed: the money is the seller's again.

    Returns the state that came of it (the provider's, if it has the payout after all). Raises NotFound, NotLost and the port's
    failures.
    """
    with acting_for(seller_id):
        payout = lock_payout(seller_id, payout_id)
        if payout.state != UNKNOWN or payout.unknown_at is None or current_instant() - payout.unknown_at < LOST_AFTER:
            raise NotLost(payout_id=str(payout_id))
    reading = provider_named(payout.provider).payout_by_reference(str(payout_id))
    if reading is not None:
        return apply_payout(seller_id=seller_id, payout_id=payout_id, reading=reading)
    with acting_for(seller_id):
        payout = lock_payout(seller_id, payout_id)
        move(
            payout,
            "failed",
            actor=f"{actor.kind}:{actor.id}",
            facts={"code": "lost"},
            failure_code="lost",
            settled_at=current_instant(),
            next_look_at=None,
        )
        purposes.settle_payout(payout.purpose_kind, purposes.PayoutSettled(seller_id, payout_id, payout.purpose_id, "failed"))
        emit(PayoutMoved(seller_id, payout_id, "failed"))
        record(seller_id=seller_id, actor=actor, verb="close_lost_payout", object_kind="payout", object_id=payout_id, reason=reason)
    return payout.state
