"""The plan of the next period: nothing is paid now."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.billing.actions.checkout import NothingToPay
from astra.core.journey.billing.actions.move_subscription import change_subscription, lock_subscription, note_event
from astra.core.journey.billing.actions.quote_plan import AT_PERIOD_END, SAME, quote_plan
from astra.core.journey.billing.actions.turn import turn, void_open
from astra.core.journey.billing.models import Plan
from astra.core.journey.billing.states import ACTIVE, PAST_DUE


def schedule_plan(*, seller_id: uuid.UUID, plan_id: uuid.UUID, actor: Actor) -> None:
    """The next period will be of this plan; the plan of now takes an earlier change back.

    What was asked for the next period is withdrawn and asked anew. Raises NotFound, NextPeriodPaid; NothingToPay where the change
    is one that is paid at once, or there is no plan to follow.
    """
    with acting_for(seller_id):
        row = lock_subscription(seller_id)
        quote = quote_plan(seller_id=seller_id, plan_id=plan_id)
        if row is None or row.state not in (ACTIVE, PAST_DUE) or quote.way not in (AT_PERIOD_END, SAME):
            raise NothingToPay
        next_plan = Plan.objects.get(id=plan_id) if quote.way == AT_PERIOD_END else None
        if row.next_plan == next_plan and not row.cancel_at_period_end:
            return
        void_open(row)
        change_subscription(row, next_plan=next_plan, cancel_at_period_end=False, next_turn_at=current_instant())
        note_event(row, "change_asked" if next_plan else "change_taken_back", before=row.state, actor=actor)
        record(seller_id=seller_id, actor=actor, verb="change_plan", object_kind="seller", object_id=seller_id)
        turn(seller_id=seller_id)
