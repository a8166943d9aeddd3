"""The card that pays the renewals: typed at the provider, kept there, replaced, removed, or left aside for PIX."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import NotFound
from astra.core.journey.billing.actions.change_card import PROOF_MINOR, PURPOSE, drop_card, renew_by, start_card
from astra.core.journey.billing.declines import why_declined
from astra.core.journey.billing.queries import payer_facts
from astra.core.payments.queries import charges_of
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page

OVER = frozenset({"rejected", "expired", "cancelled"})


@require_POST
@seller_page
def start_plan_card(visit: Visit) -> HttpResponse:
    """Opens the provider's page for a card; leads to the page that waits for it."""
    made: dict[str, Any] = {}

    def deed() -> None:
        made["proof"] = start_card(seller_id=visit.seller_id, actor=visit.actor)

    answer = carry_out(visit, deed, reverse("plan"))
    if "proof" in made:
        return HttpResponseRedirect(reverse("plan_card", args=[made["proof"]]))
    return answer or redirect("plan")


@seller_page
def plan_card(visit: Visit, proof: uuid.UUID) -> HttpResponse:
    """The way to the provider's page, and whether the card is kept."""
    return visit.page("plan_card.html", "plan", **_shown(visit, proof))


@seller_page
def plan_card_state(visit: Visit, proof: uuid.UUID) -> HttpResponse:
    """The part of the page that is polled."""
    return visit.part("plan_card_state.html", **_shown(visit, proof))


@require_POST
@seller_page
def drop_plan_card(visit: Visit) -> HttpResponse:
    """Has the card forgotten."""

    def deed() -> None:
        drop_card(seller_id=visit.seller_id, actor=visit.actor)
        visit.say(_("The card was removed."), detail=_("The renewals go by PIX from now on."))

    return carry_out(visit, deed, reverse("plan")) or redirect("plan")


@require_POST
@seller_page
def renew_plan_by(visit: Visit) -> HttpResponse:
    """Takes ``method``: how the renewals are paid."""
    method = visit.request.POST.get("method", "")

    def deed() -> None:
        renew_by(seller_id=visit.seller_id, method=method, actor=visit.actor)
        visit.say(_("The renewals go by card.") if method == "card" else _("The renewals go by PIX."))

    return carry_out(visit, deed, reverse("plan")) or redirect("plan")


def _shown(visit: Visit, proof: uuid.UUID) -> dict[str, Any]:
    found = charges_of(visit.seller_id, PURPOSE, proof)
    if not found:
        raise NotFound(proof=str(proof))
    charge = found[-1]
    return {
        "proof": proof,
        "charge": charge,
        "amount_minor": PROOF_MINOR,
        "is_over": charge.state in OVER,
        "is_kept": charge.approved_at is not None,
        "why": why_declined(charge.declined_code) if charge.declines else "",
        "paying": payer_facts(visit.seller_id),
    }
