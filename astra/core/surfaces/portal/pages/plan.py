"""The plan in force and the trial."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.start_trial import start_trial as start
from astra.core.journey.billing.queries import plan_facts, trial_offer
from astra.core.journey.catalog.queries import products
from astra.core.journey.instances.queries import instances
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import ENGINES, plan_name


@seller_page
def plan(visit: Visit) -> HttpResponse:
    """The plan with its limits and how much of them is used; the trial is offered before the first plan."""
    facts = plan_facts(visit.seller_id)
    limits = allowance(visit.seller_id)
    offer = facts.plan if facts else trial_offer()
    return visit.page(
        "plan.html",
        "plan",
        facts=facts,
        limits=limits,
        offer=offer,
        name=plan_name(limits.plan_name),
        engines=[ENGINES[name][0] for name in (limits.engines or offer.engines) if name in ENGINES],
        products_used=len(products(visit.seller_id)),
        instances_used=len(instances(visit.seller_id)),
    )


@require_POST
@seller_page
def start_trial(visit: Visit) -> HttpResponse:
    """Starts the trial."""

    def deed() -> None:
        start(seller_id=visit.seller_id, actor=visit.actor)
        visit.say(_("The trial has begun."), detail=_("Next: connect your bot."))

    return carry_out(visit, deed, reverse("plan")) or visit.page("plan.html")
