"""Where the link of an invitation leads: who asks, as what, and the way in."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from astra.core.journey.accounts.actions.count_attempt import PER_ADDRESS, count_attempt
from astra.core.journey.accounts.invitations import identities_of, invitation_by_link, key_of
from astra.core.journey.accounts.permissions import ROLE_WORDS
from astra.core.surfaces.portal.pages.shops import answer_yes


@never_cache
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows the invitation to whoever has the link; by POST whoever it is for accepts it.

    The link shows and opens nothing else: accepting asks for a confirmed address that is the invited one.
    """
    if not count_attempt("invitation", get_adapter(request).get_client_ip(request), PER_ADDRESS):
        return render(request, "429.html", status=429)
    facts = invitation_by_link(token)
    if facts is None or facts.state != "open":
        return render(request, "portal/invitation_over.html", status=404)
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(request.path, reverse("account_login"))
        return answer_yes(request, facts, back=request.path)
    user: Any = request.user
    context = {
        "facts": facts,
        "role": ROLE_WORDS[facts.role],
        "is_mine": user.is_authenticated and key_of(facts.kind, facts.address) in identities_of(user.pk),
        "masked": _masked(facts.address),
        "next": urlencode({"next": request.path}),
    }
    return render(request, "portal/invitation.html", context)


def _masked(address: str) -> str:
    """An address that its owner knows again and nobody else learns."""
    name, _at, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
