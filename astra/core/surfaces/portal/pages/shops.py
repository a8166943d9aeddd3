"""The shops that a person works for, which of them is open now, and the invitations that wait for an answer."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.journey.accounts.actions.accept_invitation import accept_invitation
from astra.core.journey.accounts.actions.end_invitation import decline_invitation
from astra.core.journey.accounts.invitations import InvitationFacts, invitations_for
from astra.core.journey.accounts.permissions import OWNER, ROLE_WORDS
from astra.core.journey.accounts.team import places_of
from astra.core.surfaces.portal.visit import CHOSEN, visit_of
from astra.core.surfaces.ui.signed_in import signed_in
from astra.core.surfaces.ui.toasts import say


@signed_in
def shops(request: HttpRequest) -> HttpResponse:
    """Shows the person's shops and invitations."""
    user: Any = request.user
    places = places_of(user.pk)
    visit = visit_of(request)
    context = {
        "places": [(one, ROLE_WORDS[one.role], visit is not None and one.seller.id == visit.seller_id) for one in places],
        "invited": [(one, ROLE_WORDS[one.role]) for one in invitations_for(user.pk)],
        "owns_none": not any(one.role == OWNER for one in places),
        "now": current_instant(),
        "is_wide": True,
    }
    return render(request, "portal/shops.html", context)


@require_POST
@signed_in
def choose(request: HttpRequest, seller_id: uuid.UUID) -> HttpResponse:
    """Opens another shop of the person's; every page after this one is that shop's."""
    user: Any = request.user
    found = next((one for one in places_of(user.pk) if one.seller.id == seller_id), None)
    if found is None:
        raise Http404
    request.session[CHOSEN] = str(seller_id)
    say(request, _("You are in %(shop)s.") % {"shop": found.seller.name})
    return redirect("home")


@require_POST
@signed_in
def accept(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Accepts an invitation that waits for this person, and opens that shop."""
    return answer_yes(request, _mine(request, invitation_id), back="shops")


@require_POST
@signed_in
def decline(request: HttpRequest, invitation_id: uuid.UUID) -> HttpResponse:
    """Turns an invitation down."""
    facts = _mine(request, invitation_id)
    user: Any = request.user
    try:
        decline_invitation(seller_id=facts.seller_id, invitation_id=facts.id, user_id=user.pk)
        say(request, _("Invitation turned down."), detail=_("The team sees that it is over."))
    except Failure as failure:
        say(request, failure.text, tone="bad")
    return redirect("shops")


def answer_yes(request: HttpRequest, facts: InvitationFacts, *, back: str) -> HttpResponse:
    """Makes the signed-in person a member and opens that shop; a refusal is said on the page ``back``."""
    user: Any = request.user
    try:
        accept_invitation(seller_id=facts.seller_id, invitation_id=facts.id, user_id=user.pk)
    except NotFound as missing:
        raise Http404 from missing
    except Failure as failure:
        say(request, failure.text, tone="bad")
        return HttpResponseRedirect(back if back.startswith("/") else reverse(back))
    request.session[CHOSEN] = str(facts.seller_id)
    said = {"shop": facts.seller_name, "role": ROLE_WORDS[facts.role][0]}
    say(request, _("Welcome to the team of %(shop)s.") % said, detail=_("Your role: %(role)s.") % said)
    return redirect("home")


def _mine(request: HttpRequest, invitation_id: uuid.UUID) -> InvitationFacts:
    user: Any = request.user
    found = next((one for one in invitations_for(user.pk) if one.id == invitation_id), None)
    if found is None:
        raise Http404
    return found
