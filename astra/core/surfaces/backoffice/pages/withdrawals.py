"""Withdrawals to review: approve or refuse, with a reason."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.failure import NotFound
from astra.core.journey.sales.queries import money_today
from astra.core.journey.wallet.actions.approve_withdrawal import approve_withdrawal
from astra.core.journey.wallet.actions.reject_withdrawal import reject_withdrawal
from astra.core.journey.wallet.queries import withdrawals_to_review
from astra.core.surfaces.backoffice.desk import actor_of, carry_out, operator_page, show


@operator_page
def withdrawal_list(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a decision, oldest first, with what its seller sold lately."""
    lines = [(one, money_today(one.seller_id)) for one in withdrawals_to_review()]
    return show(request, "withdrawals.html", "withdrawals", lines=lines)


def _seller_of(withdrawal_id: uuid.UUID) -> uuid.UUID:
    for line in withdrawals_to_review():
        if line.id == withdrawal_id:
            return line.seller_id
    raise NotFound


@require_POST
@operator_page
def approve(request: HttpRequest, withdrawal_id: uuid.UUID) -> HttpResponse:
    """Takes ``reason``; the money is sent by a job."""
    seller_id = _seller_of(withdrawal_id)
    return carry_out(
        request,
        lambda reason: approve_withdrawal(seller_id=seller_id, withdrawal_id=withdrawal_id, actor=actor_of(request), reason=reason),
        _("Approved. The provider is asked to pay it now."),
        reverse("admin_withdrawals"),
    )


@require_POST
@operator_page
def reject(request: HttpRequest, withdrawal_id: uuid.UUID) -> HttpResponse:
    """Takes ``reason``, which the seller reads; the money is available again."""
    seller_id = _seller_of(withdrawal_id)
    return carry_out(
        request,
        lambda reason: reject_withdrawal(seller_id=seller_id, withdrawal_id=withdrawal_id, actor=actor_of(request), reason=reason),
        _("Refused. The money is available to the seller again."),
        reverse("admin_withdrawals"),
    )
