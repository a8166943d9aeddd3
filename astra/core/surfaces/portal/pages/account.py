"""The person's and the shop's names, and the ways to the sign-in pages."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from astra.core.journey.accounts.actions.rename_person import rename_person
from astra.core.journey.accounts.actions.rename_seller import rename_seller
from astra.core.surfaces.portal.forms.account import PersonForm, ShopForm
from astra.core.surfaces.portal.visit import Visit, seller_page


@seller_page
def account(visit: Visit) -> HttpResponse:
    """Shows the account; takes ``person_name``, and ``name`` (the shop's) from who may change it."""
    request = visit.request
    user: Any = request.user
    typed = request.POST if request.method == "POST" else None
    shop = ShopForm(typed, initial={"name": visit.seller.name}) if visit.may["edit_shop"] else None
    person = PersonForm(typed, initial={"person_name": user.name})
    if typed is not None and (shop is None or shop.is_valid()) and person.is_valid():
        if shop is not None:
            rename_seller(seller_id=visit.seller_id, name=shop.cleaned_data["name"], actor=visit.actor)
        rename_person(user_id=user.pk, name=person.cleaned_data["person_name"])
        visit.say(_("Saved."))
        return redirect("account")
    return visit.page("account.html", "account", shop=shop, person=person)
