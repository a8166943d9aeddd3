"""A seller takes a withdrawal back."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.actions.step_withdrawal import OBJECT_KIND, give_back, lock_withdrawal, step_withdrawal
from astra.core.journey.wallet.machine import State, Step


class TooLate(Failure):
    """The withdrawal was decided already. Nothing was changed."""

    label = "too_late"
    text = _("This withdrawal was decided a moment ago. Nothing was changed: look at its state again.")


def cancel_withdrawal(*, seller_id: uuid.UUID, withdrawal_id: uuid.UUID, actor: Actor) -> None:
    """Ends a withdrawal that nobody approved yet; the money is available again. Raises NotFound, TooLate."""
    with acting_for(seller_id):
        row = lock_withdrawal(seller_id, withdrawal_id)
        if row.state == State.CANCELLED:
            return
        if row.state != State.REQUESTED:
            raise TooLate(state=row.state)
        step_withdrawal(row, Step.CANCEL, actor, settled_at=AstraNow())
        give_back(row, was_paid=False)
        record(seller_id=seller_id, actor=actor, verb="cancel_withdrawal", object_kind=OBJECT_KIND, object_id=row.id)
