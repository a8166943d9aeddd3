"""Payments that did not fit: seen with what was asked for, and sent back with a reason."""

import uuid
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import NotFound
from astra.core.journey.accounts.queries import seller_names
from astra.core.journey.sales.queries import order_facts
from astra.core.payments.actions.return_parked import return_parked
from astra.core.payments.queries import ParkedFacts, parked_to_review
from astra.core.surfaces.backoffice.desk import actor_of, carry_out, operator_page, show
from astra.core.surfaces.backoffice.words import parked_text


@dataclass(frozen=True, slots=True)
class Line:
    """One payment as the operator reads it. ``code`` is the order's, empty for anything else."""

    parked: ParkedFacts
    seller_name: str
    code: str
    why: "str | Promise"


@operator_page
def parked_list(request: HttpRequest) -> HttpResponse:
    """Everything that is set aside: first what the provider did not give back, then what goes back next."""
    names = seller_names()
    lines = [Line(one, names.get(one.seller_id, ""), _code_of(one), parked_text(one.payment.reason)) for one in parked_to_review()]
    return show(request, "parked.html", "parked", lines=lines)


@require_POST
@operator_page
def give_back(request: HttpRequest, payment_id: uuid.UUID) -> HttpResponse:
    """Takes ``reason``; the money goes back by a job."""
    found = next((one for one in parked_to_review() if one.payment.id == payment_id), None)
    if found is None:
        raise NotFound
    return carry_out(
        request,
        lambda reason: return_parked(seller_id=found.seller_id, payment_id=payment_id, actor=actor_of(request), reason=reason),
        _("The provider is asked to give it back now. The buyer is told when it is back."),
        reverse("admin_parked"),
    )


def _code_of(one: ParkedFacts) -> str:
    if one.purpose_kind != "order":
        return ""
    try:
        return order_facts(one.seller_id, one.purpose_id).code
    except NotFound:
        return ""
