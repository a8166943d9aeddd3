"""What others may know of a seller's plan."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.billing.models import Plan, Subscription


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A plan as it is offered."""

    code: str
    name: str
    days: int
    fee_basis_points: int
    max_instances: int
    max_products: int
    engines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan of a seller now. ``state`` is active or ended."""

    plan: PlanOffer
    state: str
    started_at: datetime.datetime
    ends_at: datetime.datetime
    days_left: int


def _offer(row: Plan) -> PlanOffer:
    return PlanOffer(row.code, row.name, row.days, row.fee_basis_points, row.max_instances, row.max_products, tuple(row.engines))


def trial_offer() -> PlanOffer:
    """The trial's words and limits."""
    return _offer(Plan.objects.get(code=Plan.TRIAL))


def plan_facts(seller_id: uuid.UUID) -> PlanFacts | None:
    """The seller's latest subscription, or None before the first."""
    with acting_for(seller_id):
        row = Subscription.objects.filter(seller_id=seller_id).select_related("plan").order_by("-started_at").first()
        if row is None:
            return None
        left = row.ends_at - current_instant()
    days_left = max(0, -(-int(left.total_seconds()) // 86_400))
    return PlanFacts(_offer(row.plan), "active" if left.total_seconds() > 0 else "ended", row.started_at, row.ends_at, days_left)
