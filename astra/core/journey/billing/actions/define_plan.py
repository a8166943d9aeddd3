"""The operator lays down a plan, or new terms of one."""

import re
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.journey.billing.models import Plan


class BadPlan(Failure):
    """The terms make no sense."""

    label = "bad_plan"
    text = _("This plan cannot be saved like this. Nothing was changed.")


class PlanNeedsPrice(BadPlan):
    """A paid plan that costs nothing."""

    label = "plan_needs_price"
    text = _("A paid plan needs a price above zero. Nothing was changed.")


class PlanCodeTaken(BadPlan):
    """Another plan has this code."""

    label = "plan_code_taken"
    text = _("There is a plan with this code already. Nothing was changed; choose another code.")


def define_plan(
    *,
    code: str,
    name: str,
    period: str,
    days: int,
    price_minor: int,
    fee_basis_points: int,
    max_instances: int,
    max_products: int,
    max_members: int,
    engines: Sequence[str],
    is_hidden: bool,
    is_new: bool,
) -> uuid.UUID:
    """Makes the next version of a plan and returns its id; who has an earlier one keeps its terms.

    Terms that did not change make no version: only ``is_hidden`` is set. The trial costs nothing and lasts ``days``; the others
    cost something and last a month or a year. Raises BadPlan, PlanNeedsPrice, PlanCodeTaken.
    """
    is_trial = code == Plan.TRIAL
    if not re.fullmatch(r"[a-z0-9-]{2,32}", code) or not name.strip() or not engines or fee_basis_points > 10_000:
        raise BadPlan
    if is_trial != (period == Plan.TRIAL) or (is_trial and days < 1) or min(max_instances, max_products, max_members) < 1:
        raise BadPlan
    if (price_minor <= 0) != is_trial:
        raise PlanNeedsPrice
    terms = {
        "name": name.strip(),
        "period": period,
        "days": days if is_trial else 0,
        "price_minor": price_minor,
        "fee_basis_points": fee_basis_points,
        "max_instances": max_instances,
        "max_products": max_products,
        "max_members": max_members,
        "engines": list(engines),
    }
    with transaction.atomic():
        before = Plan.objects.select_for_update().filter(code=code, is_current=True).first()
        if is_new and before is not None:
            raise PlanCodeTaken
        if before is not None and all(getattr(before, key) == value for key, value in terms.items()):
            Plan.objects.filter(id=before.id).update(is_hidden=is_hidden)
            return before.id
        Plan.objects.filter(code=code).update(is_current=False)
        row = Plan.objects.create(code=code, version=(before.version if before else 0) + 1, is_hidden=is_hidden, **terms)
    return row.id
