"""What choosing a plan would mean now: shown before anything is paid, and the same words that the checkout goes by."""

import datetime
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.billing.models import Invoice, Plan, Subscription
from astra.core.journey.billing.periods import end_of_period, unused_part
from astra.core.journey.billing.states import ACTIVE, PAST_DUE

START, UPGRADE, AT_PERIOD_END, SAME = "start", "upgrade", "at_period_end", "same"


class NextPeriodPaid(Failure):
    """The coming period is paid already: what was paid for is not swapped."""

    label = "next_period_paid"
    text = _("Your next period is already paid. Nothing was changed. You can change the plan when that period begins.")


@dataclass(frozen=True, slots=True)
class Quote:
    """``way``: start (pay, begins at once), upgrade (pay the difference), at_period_end (nothing to pay now) or same. Minor units."""

    way: str
    plan_id: uuid.UUID
    amount_minor: int
    price_minor: int
    credit_minor: int
    currency: str
    period_start: datetime.datetime
    period_end: datetime.datetime


def quote_plan(*, seller_id: uuid.UUID, plan_id: uuid.UUID) -> Quote:
    """What the plan costs this seller at this moment.

    An upgrade within the same rhythm pays the new plan's part of the time that is left, less the old plan's; one from month to
    year begins a new period and pays its price less what is left of the old one. Raises NotFound for a plan that is not offered
    to this seller, NextPeriodPaid.
    """
    with acting_for(seller_id):
        now = current_instant()
        row = Subscription.objects.filter(seller_id=seller_id).select_related("plan").first()
        plan = Plan.objects.filter(id=plan_id).exclude(period=Plan.TRIAL).first()
        is_own = row is not None and plan is not None and row.plan_id == plan.id
        if plan is None or not (is_own or (plan.is_current and not plan.is_hidden)):
            raise NotFound(plan_id=str(plan_id))
        if row is None or row.state not in (ACTIVE, PAST_DUE):
            return Quote(
                START, plan.id, plan.price_minor, plan.price_minor, 0, plan.currency, now, end_of_period(now, plan.period, now.day)
            )
        if is_own:
            return Quote(SAME, plan.id, 0, 0, 0, plan.currency, row.started_at, row.ends_at)
        if Invoice.objects.filter(seller_id=seller_id, kind=Invoice.RENEWAL, state=Invoice.PAID, period_start=row.ends_at).exists():
            raise NextPeriodPaid
        price, start, end = _upgraded(row, plan, now)
        credit = unused_part(row.plan.price_minor, row.started_at, row.ends_at, now)
        if row.state == ACTIVE and price > credit and row.ends_at > now and _is_dearer(plan, row.plan):
            return Quote(UPGRADE, plan.id, price - credit, price, credit, plan.currency, start, end)
        end = end_of_period(row.ends_at, plan.period, row.anchor_day)
        return Quote(AT_PERIOD_END, plan.id, 0, plan.price_minor, 0, plan.currency, row.ends_at, end)


def _upgraded(row: Subscription, plan: Plan, now: datetime.datetime) -> tuple[int, datetime.datetime, datetime.datetime]:
    if plan.period == row.plan.period:
        return unused_part(plan.price_minor, row.started_at, row.ends_at, now), row.started_at, row.ends_at
    return plan.price_minor, now, end_of_period(now, plan.period, now.day)


def _is_dearer(plan: Plan, than: Plan) -> bool:
    if plan.period == than.period:
        return plan.price_minor > than.price_minor
    return plan.period == Plan.YEAR
