"""The plan: what it allows, how much of it is used, what it costs, and how to change or leave it."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import Failure, NotFound
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.accounts.team import places_taken
from astra.core.journey.billing.actions.cancel_subscription import cancel_subscription, keep_subscription
from astra.core.journey.billing.actions.charge_invoice import charge_kept_card
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.actions.quote_plan import AT_PERIOD_END, SAME, Quote, quote_plan
from astra.core.journey.billing.actions.schedule_plan import schedule_plan
from astra.core.journey.billing.actions.start_trial import start_trial as start
from astra.core.journey.billing.declines import why_declined
from astra.core.journey.billing.queries import PlanFacts, PlanOffer, invoices, offers, payer_facts, plan_facts, plan_offer, trial_offer
from astra.core.journey.catalog.queries import products
from astra.core.journey.instances.queries import instances
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import ENGINES, invoice_word, plan_name, subscription_word


@seller_page
def plan(visit: Visit) -> HttpResponse:
    """The plan with its limits and how much of them is used, the plans one may choose, the invoices."""
    facts = plan_facts(visit.seller_id)
    limits = allowance(visit.seller_id)
    offer = facts.plan if facts else trial_offer()
    owed = [one for one in invoices(visit.seller_id) if one.state == "open"]
    return visit.page(
        "plan.html",
        "plan",
        facts=facts,
        paying=payer_facts(visit.seller_id),
        is_paid=facts is not None and facts.plan.period != "trial",
        word=subscription_word(facts.state) if facts else None,
        limits=limits,
        offer=offer,
        name=plan_name(limits.plan_name),
        engines=[ENGINES[name][0] for name in (limits.engines or offer.engines) if name in ENGINES],
        products_used=len(products(visit.seller_id)),
        instances_used=len(instances(visit.seller_id)),
        people_used=places_taken(visit.seller_id),
        offers=[(one, _is_chosen(facts, one.id)) for one in offers()],
        owed=owed[0] if owed else None,
        why=why_declined(owed[0].declined_code) if owed else "",
        invoices=[(one, invoice_word(one.state)) for one in invoices(visit.seller_id) if one.state != "open"],
    )


@require_POST
@seller_page
def start_trial(visit: Visit) -> HttpResponse:
    """Starts the trial."""

    def deed() -> None:
        start(seller_id=visit.seller_id, actor=visit.actor)
        visit.say(_("The trial has begun."), detail=_("Next: connect your bot."))

    return carry_out(visit, deed, reverse("plan")) or visit.page("plan.html")


@seller_page
def change_plan(visit: Visit) -> HttpResponse:
    """Shows what choosing ``plan_id`` means, and by POST does it, paid by ``method``; back to the plan where nothing is paid now."""
    sent = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    if not sent.get("plan_id"):
        return redirect("plan")
    try:
        plan_id = uuid.UUID(sent["plan_id"])
    except ValueError as error:
        raise NotFound(plan_id=sent["plan_id"][:40]) from error
    try:
        quote = quote_plan(seller_id=visit.seller_id, plan_id=plan_id)
    except NotFound:
        raise
    except Failure as failure:
        visit.say(failure.text, tone="bad")
        return redirect("plan")
    if visit.request.method != "POST":
        chosen = plan_offer(plan_id)
        engines = [ENGINES[name][0] for name in chosen.engines if name in ENGINES]
        return visit.page(
            "plan_change.html",
            "plan",
            quote=quote,
            chosen=chosen,
            facts=plan_facts(visit.seller_id),
            engines=engines,
            paying=payer_facts(visit.seller_id),
            above=_above(visit.seller_id, chosen),
        )
    return _choose(visit, quote)


def _choose(visit: Visit, quote: Quote) -> HttpResponse:
    made: dict[str, Any] = {}
    method = visit.request.POST.get("method", "pix")
    if quote.way in (AT_PERIOD_END, SAME):

        def note() -> None:
            schedule_plan(seller_id=visit.seller_id, plan_id=quote.plan_id, actor=visit.actor)
            visit.say(_("Plan saved."), detail=_("Nothing is charged now."))

        return carry_out(visit, note, reverse("plan")) or redirect("plan")

    try:
        made["id"] = checkout(
            seller_id=visit.seller_id, plan_id=quote.plan_id, actor=visit.actor, method="card" if method == "card" else "pix"
        )
        if method == "kept":
            charge_kept_card(seller_id=visit.seller_id, invoice_id=made["id"])
    except NotFound:
        raise
    except Failure as failure:
        visit.say(failure.text, tone="bad")
        return redirect("plan")
    return HttpResponseRedirect(reverse("plan_invoice", args=[made["id"]]))


@require_POST
@seller_page
def cancel_plan(visit: Visit) -> HttpResponse:
    """Ends the plan when what is paid is over."""

    def deed() -> None:
        cancel_subscription(seller_id=visit.seller_id, actor=visit.actor)
        visit.say(_("The plan will not renew."), detail=_("What is paid stays in force until its end. You can undo this until then."))

    return carry_out(visit, deed, reverse("plan")) or redirect("plan")


@require_POST
@seller_page
def keep_plan(visit: Visit) -> HttpResponse:
    """Takes a cancellation back."""

    def deed() -> None:
        keep_subscription(seller_id=visit.seller_id, actor=visit.actor)
        visit.say(_("The plan goes on."))

    return carry_out(visit, deed, reverse("plan")) or redirect("plan")


def _above(seller_id: uuid.UUID, chosen: PlanOffer) -> list[str]:
    """What the shop has more of than a plan allows, in words."""
    used = (
        (_("Instances"), len(instances(seller_id)), chosen.max_instances),
        (_("Products"), len(products(seller_id)), chosen.max_products),
        (_("People in the team"), places_taken(seller_id), chosen.max_members),
    )
    return [_("%(what)s: %(used)s of %(most)s") % {"what": what, "used": has, "most": most} for what, has, most in used if has > most]


def _is_chosen(facts: PlanFacts | None, plan_id: uuid.UUID) -> str:
    if facts is None or facts.state not in ("active", "past_due"):
        return ""
    if facts.next_plan is not None and facts.next_plan.id == plan_id:
        return "next"
    return "now" if facts.plan.id == plan_id else ""
