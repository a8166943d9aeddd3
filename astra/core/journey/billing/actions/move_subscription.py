"""Moves a subscription along the table, writes the step down and puts the limits of its state in force."""

import uuid
from typing import Any

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.billing.models import Invoice, Plan, Subscription, SubscriptionEvent
from astra.core.journey.billing.periods import GRACE
from astra.core.journey.billing.states import SELLING, after

BILLING = Actor.system("billing")


def lock_subscription(seller_id: uuid.UUID) -> Subscription | None:
    """The seller's subscription, locked until the transaction ends, or None before the first."""
    return Subscription.objects.select_for_update().filter(seller_id=seller_id).first()


def move_subscription(row: Subscription, event: str, *, actor: Actor = BILLING, **changes: Any) -> None:
    """Does ``event`` with the changes of columns that belong to it, inside the caller's block. Raises IllegalMove."""
    before = row.state
    row.state = after(before, event)
    row.changed_at = current_instant() if row.state != before or row.changed_at is None else row.changed_at
    change_subscription(row, **changes)
    note_event(row, event, before=before, actor=actor)


def change_subscription(row: Subscription, **changes: Any) -> None:
    """Saves columns and puts the limits in force; the next look is at once, and the sweep sets the one after it."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.next_turn_at = current_instant()
    row.save()
    enforce(row)


def note_event(row: Subscription, event: str, *, before: str, actor: Actor = BILLING) -> None:
    """Adds a line to the history."""
    SubscriptionEvent.objects.create(
        seller_id=row.seller_id, event=event, from_state=before, to_state=row.state, plan=row.plan, actor_kind=actor.kind
    )


def enforce(row: Subscription) -> None:
    """Writes the limits of the plan into ``accounts``. What is over sold until the moment it was over, and no longer."""
    paid_ahead = Invoice.objects.filter(
        seller_id=row.seller_id, kind=Invoice.RENEWAL, state=Invoice.PAID, period_start=row.ends_at, period_start__gt=row.started_at
    ).first()
    until = paid_ahead.period_end if paid_ahead else row.ends_at
    if row.plan.period != Plan.TRIAL and not row.cancel_at_period_end:
        until += GRACE
    if row.state not in SELLING and row.changed_at is not None:
        until = min(until, row.changed_at)
    plan = row.plan
    set_allowance(
        seller_id=row.seller_id,
        plan_name=plan.name,
        sells_until=until,
        max_instances=plan.max_instances,
        max_products=plan.max_products,
        max_members=plan.max_members,
        fee_basis_points=plan.fee_basis_points,
        engines=plan.engines,
    )
