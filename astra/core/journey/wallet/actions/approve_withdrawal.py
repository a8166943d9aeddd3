"""The operator lets a withdrawal go."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.actions.cancel_withdrawal import TooLate
from astra.core.journey.wallet.actions.step_withdrawal import OBJECT_KIND, lock_withdrawal, step_withdrawal
from astra.core.journey.wallet.destination import open_key
from astra.core.journey.wallet.machine import BACK, State, Step
from astra.core.payments.actions.intend_payout import intend_payout

PURPOSE_KIND = "withdrawal"


class ReasonMissing(Failure):
    """A decision about money needs a reason. Nothing was decided."""

    label = "reason_missing"
    text = _("Write the reason of the decision. Nothing was decided yet.")


def approve_withdrawal(*, seller_id: uuid.UUID, withdrawal_id: uuid.UUID, actor: Actor, reason: str) -> None:
    """Approves a requested withdrawal and has payments send it, once, to the key it was requested for.

    Approved already: nothing happens. Raises NotFound, TooLate (rejected or cancelled meanwhile), ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    with acting_for(seller_id):
        row = lock_withdrawal(seller_id, withdrawal_id)
        if row.state in BACK and row.payout_id is None:
            raise TooLate(state=row.state)
        if row.state != State.REQUESTED:
            return
        step_withdrawal(row, Step.APPROVE, actor, reason=reason)
        payout_id = intend_payout(
            seller_id=seller_id,
            purpose_kind=PURPOSE_KIND,
            purpose_id=row.id,
            amount_minor=row.amount_minor - row.fee_minor,
            currency=row.currency,
            destination=open_key(row.payout_key).destination(),
        )
        step_withdrawal(row, Step.SEND, Actor.system("wallet"), payout_id=payout_id)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="approve_withdrawal",
            object_kind=OBJECT_KIND,
            object_id=row.id,
            reason=reason[:500],
            facts={"amount_minor": row.amount_minor, "currency": row.currency},
        )
