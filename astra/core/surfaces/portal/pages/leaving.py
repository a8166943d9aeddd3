"""Taking one's data along, and leaving."""

import uuid
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import Failure
from astra.core.foundation.leaving import Hindrance
from astra.core.journey.accounts.access import access_export
from astra.core.journey.accounts.actions.ask_closing import DELAY, ask_closing, undo_closing
from astra.core.journey.accounts.actions.open_export import open_export
from astra.core.journey.accounts.actions.request_export import request_export
from astra.core.journey.accounts.closings import closing_of, hindrances
from astra.core.journey.accounts.exports import exports
from astra.core.surfaces.portal.forms.leaving import ClosingForm, ExportForm
from astra.core.surfaces.portal.step_up import step_up, typed_before
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page


@seller_page
def leaving(visit: Visit) -> HttpResponse:
    """Shows the exports, what is in the way of leaving, and the way out."""
    typed = typed_before(visit)
    return _show(visit, ExportForm(initial=typed), _closing_form(visit, initial=typed))


@require_POST
@seller_page
@step_up(back="leaving", keep=("with_secrets",))
def ask_export(visit: Visit) -> HttpResponse:
    """Takes ``with_secrets``; a job makes the file."""
    form = ExportForm(visit.request.POST)
    if form.is_valid():

        def deed() -> None:
            request_export(seller_id=visit.seller_id, actor=visit.actor, **form.cleaned_data)
            visit.say(_("Your data is being put together."), detail=_("You get an e-mail when it can be downloaded."))

        answer = carry_out(visit, deed, reverse("leaving"), form)
        if answer is not None:
            return answer
    return _show(visit, form, _closing_form(visit))


@seller_page
def export_state(visit: Visit) -> HttpResponse:
    """The list of exports, for the page that waits for one."""
    return visit.part("exports.html", exports=exports(visit.seller_id))


@require_POST
@seller_page
@step_up(back="leaving", first=lambda seller_id, export_id: access_export(seller_id, export_id), ids_lead_back=False)
def download_export(visit: Visit, export_id: uuid.UUID) -> HttpResponse:
    """Sends the file."""
    facts = access_export(visit.seller_id, export_id)
    try:
        pieces = open_export(seller_id=visit.seller_id, export_id=export_id, actor=visit.actor)
    except Failure as failure:
        visit.say(failure.text, tone="bad")
        return HttpResponseRedirect(reverse("leaving"))
    name = f"astra-{facts.asked_at:%Y-%m-%d}-{str(export_id)[-6:]}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    answer: Any = StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
    return answer


@require_POST
@seller_page
@step_up(back="leaving", keep=("shop",))
def close_account(visit: Visit) -> HttpResponse:
    """Takes ``shop``, the shop's name typed again; seven days later the account is deleted."""
    form = _closing_form(visit, visit.request.POST)
    if form.is_valid():

        def deed() -> None:
            ask_closing(seller_id=visit.seller_id, actor=visit.actor)
            visit.say(_("Your account will be deleted."), detail=_("Until then you can undo it on this page."), tone="warn")

        answer = carry_out(visit, deed, reverse("leaving"), form)
        if answer is not None:
            return answer
    return _show(visit, ExportForm(), form)


@require_POST
@seller_page
def keep_account(visit: Visit) -> HttpResponse:
    """Undoes it."""
    where = reverse("leaving")

    def deed() -> None:
        undo_closing(seller_id=visit.seller_id, actor=visit.actor)
        visit.say(_("Your account stays."), detail=_("The shop sells again as its plan allows."))

    return carry_out(visit, deed, where) or HttpResponseRedirect(where)


def _closing_form(visit: Visit, typed: Any = None, initial: Any = None) -> ClosingForm:
    return ClosingForm(typed, initial=initial, name=visit.seller.name)


def _show(visit: Visit, export_form: ExportForm, closing_form: ClosingForm) -> HttpResponse:
    closing = closing_of(visit.seller_id)
    return visit.page(
        "leaving.html",
        "account",
        exports=exports(visit.seller_id),
        export_form=export_form,
        closing_form=closing_form,
        closing=closing,
        in_the_way=[(one, _address(one)) for one in hindrances(visit.seller_id)],
        days=DELAY.days,
    )


def _address(one: Hindrance) -> str:
    try:
        return reverse(one.where) if one.where else ""
    except NoReverseMatch:
        return ""
