"""An invoice of the plan: its PIX or card with the state of the payment, and the receipt once it is paid."""

import base64
import io
import uuid
from typing import Any

import segno
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from astra.core.foundation.clock import current_instant
from astra.core.journey.billing.access import access_invoice
from astra.core.journey.billing.actions.charge_invoice import charge_invoice, charge_kept_card, is_on_its_way
from astra.core.journey.billing.customer import customer_at
from astra.core.journey.billing.declines import why_declined
from astra.core.journey.billing.queries import payer_facts
from astra.core.payments.queries import charge_facts, payments_of
from astra.core.surfaces.portal.invoice_pdf import invoice_pdf
from astra.core.surfaces.portal.visit import Visit, carry_out, seller_page
from astra.core.surfaces.portal.words import invoice_word

NO_CODE = frozenset({"rejected", "expired", "cancelled"})


@seller_page
def plan_invoice(visit: Visit, invoice_id: uuid.UUID) -> HttpResponse:
    """QR code and code to copy, or the way to the provider's page for cards, and the state, refreshed by itself."""
    return visit.page("plan_invoice.html", "plan", **_shown(visit, invoice_id))


@seller_page
def plan_invoice_state(visit: Visit, invoice_id: uuid.UUID) -> HttpResponse:
    """The part of the page that is polled."""
    return visit.part("plan_invoice_state.html", **_shown(visit, invoice_id))


@require_POST
@seller_page
def new_plan_code(visit: Visit, invoice_id: uuid.UUID) -> HttpResponse:
    """Takes ``method``: pix makes a code, card opens the provider's page, kept charges the card that is kept."""
    access_invoice(visit.seller_id, invoice_id)

    def deed() -> None:
        method = visit.request.POST.get("method", "pix")
        if method == "kept":
            charge_kept_card(seller_id=visit.seller_id, invoice_id=invoice_id)
        elif method == "card":
            charge_invoice(seller_id=visit.seller_id, invoice_id=invoice_id, method="card")
        else:
            charge_invoice(seller_id=visit.seller_id, invoice_id=invoice_id)
            visit.say(_("Here is the PIX."))

    return carry_out(visit, deed, reverse("plan_invoice", args=[invoice_id])) or redirect("plan")


@seller_page
def plan_receipt(visit: Visit, invoice_id: uuid.UUID) -> HttpResponse:
    """An invoice as a page for paper. It has its number from the moment it is paid, and then it is a PDF, too."""
    facts = access_invoice(visit.seller_id, invoice_id)
    return visit.page("plan_receipt.html", "plan", invoice=facts, word=invoice_word(facts.state))


@seller_page
def plan_receipt_pdf(visit: Visit, invoice_id: uuid.UUID) -> HttpResponse:
    """The invoice as a file; one that was not paid has none, and leads to its page."""
    facts = access_invoice(visit.seller_id, invoice_id)
    if facts.paid_at is None:
        return redirect("plan_receipt", invoice_id=invoice_id)
    payments = payments_of(visit.seller_id, "plan", invoice_id)
    number = next((one.end_to_end_id or one.provider_payment_id for one in payments if one.state == "applied"), "")
    answer = HttpResponse(invoice_pdf(facts, customer_at(visit.seller_id, facts.paid_at), number), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="astrasystems-{facts.number}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _shown(visit: Visit, invoice_id: uuid.UUID) -> dict[str, Any]:
    facts = access_invoice(visit.seller_id, invoice_id)
    charge = charge_facts(visit.seller_id, facts.charge_id) if facts.charge_id else None
    is_over = charge is None or charge.state in NO_CODE or charge.expires_at <= current_instant()
    code = charge.copy_paste if charge is not None and charge.state == "pending" and not is_over else ""
    return {
        "invoice": facts,
        "word": invoice_word(facts.state),
        "charge": charge,
        "code": code,
        "picture": _picture(code) if code else "",
        "needs_code": facts.state == "open" and is_over,
        "is_charging": is_on_its_way(charge),
        "card_page": charge.pay_url if charge is not None and charge.method == "card" and charge.state == "pending" and not is_over else "",
        "why": why_declined(facts.declined_code or (charge.declined_code if charge is not None else ""))
        if facts.declined_code or (charge is not None and charge.declines)
        else "",
        "paying": payer_facts(visit.seller_id),
    }


def _picture(code: str) -> str:
    found = io.BytesIO()
    segno.make(code, error="m", micro=False).save(found, kind="png", scale=6, border=4, dark="#000", light="#fff")
    return "data:image/png;base64," + base64.b64encode(found.getvalue()).decode()
