"""Gives an open invoice a code that can be paid."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.billing.models import Invoice
from astra.core.journey.billing.periods import CHECKOUT
from astra.core.payments.actions.intend_charge import intend_charge
from astra.core.payments.queries import charge_facts

PURPOSE = "plan"
# A charge in one of these has no code that can still be paid.
OVER = frozenset({"rejected", "expired", "cancelled", "refunded"})


class InvoiceClosed(Failure):
    """The invoice was paid, or is no longer owed."""

    label = "invoice_closed"
    text = _("This invoice is closed: it was paid, or it is no longer owed. Nothing was charged; see the plan's page.")


def charge_invoice(*, seller_id: uuid.UUID, invoice_id: uuid.UUID) -> uuid.UUID:
    """The charge of an open invoice; a new one only where the last can no longer be paid. Raises NotFound, InvoiceClosed."""
    with acting_for(seller_id):
        invoice = Invoice.objects.select_for_update().filter(seller_id=seller_id, id=invoice_id).first()
        if invoice is None:
            raise NotFound(invoice_id=str(invoice_id))
        now = current_instant()
        if invoice.state != Invoice.OPEN or (invoice.kind != Invoice.RENEWAL and invoice.expires_at <= now):
            raise InvoiceClosed
        if invoice.charge_id is not None:
            charge = charge_facts(seller_id, invoice.charge_id)
            if charge.state not in OVER and charge.expires_at > now:
                return invoice.charge_id
        invoice.charge_id = intend_charge(
            seller_id=seller_id,
            purpose_kind=PURPOSE,
            purpose_id=invoice.id,
            amount_minor=invoice.amount_minor,
            currency=invoice.currency,
            description=f"AstraSystems · {invoice.plan.name}",
            expires_at=invoice.expires_at if invoice.expires_at > now else now + CHECKOUT,
            payer_name=seller_facts(seller_id).name,
        )
        invoice.save(update_fields=["charge_id"])
        return invoice.charge_id
