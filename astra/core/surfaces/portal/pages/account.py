"""The profile: names, language and time zone, the legal holder, letters, and the ways to the sign-in pages."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.actions.choose_letters import choose_letters
from astra.core.journey.accounts.actions.choose_words import choose_words
from astra.core.journey.accounts.actions.rename_person import rename_person
from astra.core.journey.accounts.actions.rename_seller import rename_seller
from astra.core.journey.accounts.actions.set_holder import set_holder
from astra.core.journey.accounts.holder import holder_of
from astra.core.surfaces.portal.forms.account import HolderForm, LettersForm, PersonForm, ShopForm
from astra.core.surfaces.portal.step_up import step_up, typed_before
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.ui.theme import remember_language

HOLDER_FAILURES = {"bad_holder": "document"}


@seller_page
def account(visit: Visit) -> HttpResponse:
    """Shows the profile; takes ``person_name``, ``locale``, ``time_zone``, and ``name`` (the shop's) from who may change it."""
    request = visit.request
    user: Any = request.user
    if request.method != "POST":
        return _show(visit)
    shop = ShopForm(request.POST, initial={"name": visit.seller.name}) if visit.may["edit_shop"] else None
    person = PersonForm(request.POST)
    if (shop is not None and not shop.is_valid()) or not person.is_valid():
        return _show(visit, shop=shop, person=person)
    if shop is not None:
        rename_seller(seller_id=visit.seller_id, name=shop.cleaned_data["name"], actor=visit.actor)
    rename_person(user_id=user.pk, name=person.cleaned_data["person_name"])
    given = {name: person.cleaned_data[name] for name in ("locale", "time_zone") if name in request.POST}
    choose_words(user_id=user.pk, **given)
    visit.say(_("Saved."))
    answer = redirect("account")
    return remember_language(answer, given["locale"]) if given.get("locale") else answer


@seller_page
@step_up(keep=("legal_name", "document"))
def holder(visit: Visit) -> HttpResponse:
    """Takes ``legal_name`` and ``document``."""
    if visit.request.method != "POST":
        return _show(visit, holder_form=HolderForm(initial=typed_before(visit)), holder_open=True)
    form = HolderForm(visit.request.POST)
    if form.is_valid():

        def deed() -> None:
            typed = form.cleaned_data
            set_holder(seller_id=visit.seller_id, name=typed["legal_name"], document=typed["document"], actor=visit.actor)
            visit.say(_("Holder saved."), detail=_("Withdrawals go to PIX keys of this document only."))

        answer = carry_out(visit, deed, reverse("account"), form, HOLDER_FAILURES)
        if answer is not None:
            return answer
    return _show(visit, holder_form=form, holder_open=True)


@require_POST
@seller_page
def letters(visit: Visit) -> HttpResponse:
    """Takes the topics that the person wants to be told about."""
    user: Any = visit.request.user
    form = LettersForm(visit.request.POST, unwanted=user.unwanted_letters)
    if form.is_valid():
        choose_letters(user_id=user.pk, wanted=form.wanted())
        visit.say(_("Saved."), detail=_("Letters about security and about your account are always sent."))
    return HttpResponseRedirect(reverse("account") + "#letters")


def _show(visit: Visit, *, shop: Any = None, person: Any = None, holder_form: Any = None, holder_open: bool = False) -> HttpResponse:
    user: Any = visit.request.user
    if shop is None and visit.may["edit_shop"]:
        shop = ShopForm(initial={"name": visit.seller.name})
    known = {"person_name": user.name, "locale": user.locale, "time_zone": user.time_zone}
    return visit.page(
        "account.html",
        "account",
        shop=shop,
        person=person or PersonForm(initial=known),
        holder=holder_of(visit.seller_id) if visit.may["set_holder"] else None,
        holder_form=holder_form or HolderForm(),
        holder_open=holder_open,
        letters_form=LettersForm(unwanted=user.unwanted_letters),
    )
