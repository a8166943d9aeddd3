"""The seven days that cost nothing."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import add_route, find_routes
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.billing.models import Plan, Subscription


class TrialUsed(Failure):
    """This seller, or this person with another shop, had the trial."""

    label = "trial_used"
    text = _("The trial was used before. Your products and orders are kept.")


def start_trial(*, seller_id: uuid.UUID, actor: Actor) -> datetime.datetime:
    """Starts the trial and puts its limits in force; returns when it ends. Raises TrialUsed the second time."""
    plan = Plan.objects.get(code=Plan.TRIAL)
    with acting_for(seller_id):
        now = current_instant()
        ends_at = now + datetime.timedelta(days=plan.days)
        if actor.kind == "member" and any(hit.seller_id != seller_id for hit in find_routes("trial", actor.id)):
            raise TrialUsed
        _row, is_new = Subscription.objects.get_or_create(
            seller_id=seller_id,
            plan=plan,
            defaults={"started_by": uuid.UUID(actor.id) if actor.kind == "member" else seller_id, "started_at": now, "ends_at": ends_at},
        )
        if not is_new:
            raise TrialUsed
        if actor.kind == "member":
            add_route(kind="trial", key=actor.id, seller_id=seller_id)
        set_allowance(
            seller_id=seller_id,
            plan_name=plan.name,
            sells_until=ends_at,
            max_instances=plan.max_instances,
            max_products=plan.max_products,
            fee_basis_points=plan.fee_basis_points,
            engines=plan.engines,
        )
        record(seller_id=seller_id, actor=actor, verb="start_trial", object_kind="seller", object_id=seller_id)
    return ends_at
