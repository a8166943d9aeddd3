"""The only way from an id in a request to an object of billing."""

import uuid

from astra.core.journey.billing.queries import InvoiceFacts, invoice_facts


def access_invoice(seller_id: uuid.UUID, invoice_id: uuid.UUID) -> InvoiceFacts:
    """One invoice of this seller. Raises NotFound, also for somebody else's."""
    return invoice_facts(seller_id, invoice_id)
