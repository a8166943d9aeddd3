"""A seller leaves the plan, or stays after all."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.billing.actions.checkout import NothingToPay
from astra.core.journey.billing.actions.move_subscription import change_subscription, lock_subscription, move_subscription, note_event
from astra.core.journey.billing.actions.turn import turn, void_open
from astra.core.journey.billing.states import ACTIVE, PAST_DUE


def cancel_subscription(*, seller_id: uuid.UUID, actor: Actor) -> None:
    """Ends the plan when what is paid is over; in grace, where nothing is paid, at once. Raises NothingToPay without a plan."""
    with acting_for(seller_id):
        row = lock_subscription(seller_id)
        if row is None or row.state not in (ACTIVE, PAST_DUE):
            raise NothingToPay
        void_open(row)
        if row.state == PAST_DUE:
            move_subscription(row, "ended_as_asked", actor=actor, next_plan=None, cancel_at_period_end=True)
        elif not row.cancel_at_period_end:
            change_subscription(row, cancel_at_period_end=True, next_plan=None)
            note_event(row, "cancel_asked", before=row.state, actor=actor)
        record(seller_id=seller_id, actor=actor, verb="cancel_plan", object_kind="seller", object_id=seller_id)


def keep_subscription(*, seller_id: uuid.UUID, actor: Actor) -> None:
    """Takes a cancellation back while the period lasts. Raises NothingToPay when there is none to take back."""
    with acting_for(seller_id):
        row = lock_subscription(seller_id)
        if row is None or row.state != ACTIVE or not row.cancel_at_period_end:
            raise NothingToPay
        change_subscription(row, cancel_at_period_end=False)
        note_event(row, "cancel_taken_back", before=row.state, actor=actor)
        record(seller_id=seller_id, actor=actor, verb="keep_plan", object_kind="seller", object_id=seller_id)
        turn(seller_id=seller_id)
