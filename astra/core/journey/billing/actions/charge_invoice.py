"""Gives an open invoice something that can be paid: a code, the provider's page for a card, or the card that is kept."""

import datetime
import uuid

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import Method
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.billing.models import Invoice, Payer
from astra.core.journey.billing.periods import CHECKOUT
from astra.core.payments.actions.intend_charge import intend_charge
from astra.core.payments.queries import ChargeFacts, charge_facts

PURPOSE = "plan"
# A charge in one of these has nothing that can still be paid.
OVER = frozenset({"rejected", "expired", "cancelled", "refunded"})


class InvoiceClosed(Failure):
    """The invoice was paid, or is no longer owed."""

    label = "invoice_closed"
    text = _("This invoice is closed: it was paid, or it is no longer owed. Nothing was charged; see the plan's page.")


class NoCard(Failure):
    """There is no card to charge."""

    label = "no_card"
    text = _("No card is kept for this shop. Nothing was charged; pay by PIX, or choose a card.")


class BeingCharged(Failure):
    """The kept card is being charged at this moment."""

    label = "being_charged"
    text = _("The card is being charged at this moment. Nothing else was started; wait for the bank's answer.")


def charge_invoice(*, seller_id: uuid.UUID, invoice_id: uuid.UUID, method: Method = "pix") -> uuid.UUID:
    """The charge of an open invoice by PIX, or by a card on the provider's page, which is kept for the renewals.

    A new one only where the last cannot be paid any more or goes another way; then that one is closed at the provider. Raises
    NotFound, InvoiceClosed, BeingCharged.
    """
    with acting_for(seller_id):
        invoice, charge = _lock(seller_id, invoice_id)
        if charge is not None and charge.method == method and not _is_undone(charge):
            return charge.id
        return _intend(invoice, charge, method=method)


def charge_kept_card(*, seller_id: uuid.UUID, invoice_id: uuid.UUID) -> uuid.UUID:
    """Has the kept card charged for an open invoice, without its holder. Raises NotFound, InvoiceClosed, BeingCharged, NoCard."""
    with acting_for(seller_id):
        invoice, charge = _lock(seller_id, invoice_id)
        card_id = Payer.objects.filter(seller_id=seller_id).values_list("card_id", flat=True).first()
        if card_id is None:
            raise NoCard
        return _intend(invoice, charge, method="card", card_id=card_id)


def is_on_its_way(charge: ChargeFacts | None) -> bool:
    """Whether the kept card is being charged: the bank has not said anything yet."""
    if charge is None or charge.saved_card_id is None or charge.declines:
        return False
    return charge.state in ("created", "unknown", "pending")


def _lock(seller_id: uuid.UUID, invoice_id: uuid.UUID) -> tuple[Invoice, ChargeFacts | None]:
    invoice = Invoice.objects.select_for_update().filter(seller_id=seller_id, id=invoice_id).select_related("plan").first()
    if invoice is None:
        raise NotFound(invoice_id=str(invoice_id))
    if invoice.state != Invoice.OPEN or (invoice.kind != Invoice.RENEWAL and invoice.expires_at <= current_instant()):
        raise InvoiceClosed
    charge = charge_facts(seller_id, invoice.charge_id) if invoice.charge_id else None
    if is_on_its_way(charge):
        raise BeingCharged
    return invoice, charge


def _is_undone(charge: ChargeFacts) -> bool:
    return charge.state in OVER or charge.expires_at <= current_instant()


def _intend(invoice: Invoice, before: ChargeFacts | None, *, method: Method, card_id: uuid.UUID | None = None) -> uuid.UUID:
    now = current_instant()
    if before is not None and not _is_undone(before):
        enqueue("payments.cancel_charge", seller_id=invoice.seller_id, charge_id=before.id)
    invoice.charge_id = intend_charge(
        seller_id=invoice.seller_id,
        purpose_kind=PURPOSE,
        purpose_id=invoice.id,
        amount_minor=invoice.amount_minor,
        currency=invoice.currency,
        description=f"AstraSystems · {invoice.plan.name}",
        expires_at=_until(invoice, now),
        payer_name=seller_facts(invoice.seller_id).name,
        method=method,
        keep_card=method == "card",
        saved_card_id=card_id,
        return_url=_address(invoice) if method == "card" else "",
    )
    invoice.declined_code = ""
    invoice.save(update_fields=["charge_id", "declined_code"])
    return invoice.charge_id


def _until(invoice: Invoice, now: datetime.datetime) -> datetime.datetime:
    return invoice.expires_at if invoice.expires_at > now else now + CHECKOUT


def _address(invoice: Invoice) -> str:
    return f"{settings.ASTRA_PUBLIC_URL.rstrip('/')}{reverse('plan_invoice', args=[invoice.id])}"
