"""The first page after sign-up: the shop's name."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from astra.core.journey.accounts.actions.open_seller import open_seller
from astra.core.journey.accounts.permissions import OWNER
from astra.core.journey.accounts.team import places_of
from astra.core.surfaces.portal.forms.account import ShopForm
from astra.core.surfaces.portal.visit import CHOSEN
from astra.core.surfaces.ui.once import SentTwice, once
from astra.core.surfaces.ui.signed_in import signed_in


@signed_in
def open_shop(request: HttpRequest) -> HttpResponse:
    """Takes ``name`` and makes the seller; a person who owns one goes home. Who only works for others may open his own."""
    user: Any = request.user
    if any(one.role == OWNER for one in places_of(user.pk)):
        return redirect("home")
    form = ShopForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with once(request) as sending:
                made = open_seller(user_id=user.pk, name=form.cleaned_data["name"])
                request.session[CHOSEN] = str(made)
                return HttpResponseRedirect(sending.leads_to(reverse("home")))
        except SentTwice:
            return redirect("home")
    return render(request, "portal/open_shop.html", {"form": form})
