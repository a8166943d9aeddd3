"""Sellers: list, suspend, resume."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.journey.accounts.actions.resume_seller import resume_seller
from astra.core.journey.accounts.actions.set_holder import free_holder
from astra.core.journey.accounts.actions.suspend_seller import suspend_seller
from astra.core.journey.accounts.queries import sellers
from astra.core.surfaces.backoffice.desk import actor_of, carry_out, operator_page, show
from astra.core.surfaces.backoffice.words import plan_text


@operator_page
def seller_list(request: HttpRequest) -> HttpResponse:
    """Every seller; ``q`` searches shop and owner's address."""
    search = request.GET.get("q", "").strip()[:80]
    return show(request, "sellers.html", "sellers", lines=[(one, plan_text(one.plan_name)) for one in sellers(search)], search=search)


@require_POST
@operator_page
def suspend(request: HttpRequest, seller_id: uuid.UUID) -> HttpResponse:
    """Takes ``reason``; no new order is taken, what was paid is delivered."""
    return carry_out(
        request,
        lambda reason: suspend_seller(seller_id=seller_id, reason=reason, actor=actor_of(request)),
        _("Suspended. No new order is taken; what was paid is still delivered."),
        reverse("admin_sellers"),
    )


@require_POST
@operator_page
def resume(request: HttpRequest, seller_id: uuid.UUID) -> HttpResponse:
    """Takes ``reason``; the seller sells again."""
    return carry_out(
        request,
        lambda reason: resume_seller(seller_id=seller_id, reason=reason, actor=actor_of(request)),
        _("Resumed. The seller may sell again."),
        reverse("admin_sellers"),
    )


@require_POST
@operator_page
def let_holder_change(request: HttpRequest, seller_id: uuid.UUID) -> HttpResponse:
    """Takes ``reason``; the seller may give another legal holder once more."""
    return carry_out(
        request,
        lambda reason: free_holder(seller_id=seller_id, reason=reason, actor=actor_of(request)),
        _("The seller may give another legal holder now."),
        reverse("admin_sellers"),
    )
