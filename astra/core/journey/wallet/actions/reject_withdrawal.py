"""The operator refuses a withdrawal."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.actions.approve_withdrawal import ReasonMissing
from astra.core.journey.wallet.actions.cancel_withdrawal import TooLate
from astra.core.journey.wallet.actions.step_withdrawal import OBJECT_KIND, give_back, lock_withdrawal, step_withdrawal
from astra.core.journey.wallet.machine import State, Step


def reject_withdrawal(*, seller_id: uuid.UUID, withdrawal_id: uuid.UUID, actor: Actor, reason: str) -> None:
    """Refuses a requested withdrawal for a reason that the seller reads; the money is available again.

    Raises NotFound, TooLate, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    with acting_for(seller_id):
        row = lock_withdrawal(seller_id, withdrawal_id)
        if row.state == State.REJECTED:
            return
        if row.state != State.REQUESTED:
            raise TooLate(state=row.state)
        step_withdrawal(row, Step.REJECT, actor, reason=reason, settled_at=AstraNow())
        type(row).objects.filter(id=row.id).update(reason=reason.strip()[:300])
        give_back(row, was_paid=False)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="reject_withdrawal",
            object_kind=OBJECT_KIND,
            object_id=row.id,
            reason=reason[:500],
        )
