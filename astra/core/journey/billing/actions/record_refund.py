"""Money of an invoice went back to the payer."""

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.billing.actions.move_subscription import lock_subscription, note_event
from astra.core.journey.billing.models import Invoice
from astra.core.payments.purposes import Refunded


def record_refund(refunded: Refunded) -> None:
    """Writes on the invoice that all of its money went back, once, inside payments' transaction.

    The plan goes on: payments booked what went back as the seller's debt, so the wallet makes up for it. Money that was never
    applied changes nothing.
    """
    with acting_for(refunded.seller_id):
        row = lock_subscription(refunded.seller_id)
        invoice = Invoice.objects.select_for_update().filter(seller_id=refunded.seller_id, id=refunded.purpose_id).first()
        if invoice is None or row is None or invoice.state != Invoice.PAID or invoice.payment_id != refunded.payment_id:
            return
        note_event(row, "payment_returned", before=row.state, actor=Actor("provider"))
        if refunded.amount_minor >= invoice.amount_minor:
            Invoice.objects.filter(id=invoice.id).update(state=Invoice.REFUNDED)
