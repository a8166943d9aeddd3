"""A seller chooses a plan that costs something now."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import Method
from astra.core.journey.billing.actions.charge_invoice import charge_invoice
from astra.core.journey.billing.actions.move_subscription import lock_subscription
from astra.core.journey.billing.actions.quote_plan import START, UPGRADE, quote_plan
from astra.core.journey.billing.models import Invoice
from astra.core.journey.billing.periods import CHECKOUT


class NothingToPay(Failure):
    """The change costs nothing now: it is done by ``schedule_plan``."""

    label = "nothing_to_pay"
    text = _("There is nothing to pay for this now. Nothing was changed; see the plan's page.")


def checkout(*, seller_id: uuid.UUID, plan_id: uuid.UUID, actor: Actor, method: Method = "pix") -> uuid.UUID:
    """Makes the invoice of a first plan or an upgrade, with its charge, and returns its id; the price holds for an hour.

    By card the provider's page takes it and keeps it for the renewals. Pressing again gives the invoice that is open; choosing
    another plan withdraws it. Raises NotFound, NextPeriodPaid, NothingToPay.
    """
    with acting_for(seller_id):
        row = lock_subscription(seller_id)
        quote = quote_plan(seller_id=seller_id, plan_id=plan_id)
        if quote.way not in (START, UPGRADE):
            raise NothingToPay
        now = current_instant()
        before = Invoice.objects.filter(seller_id=seller_id, state=Invoice.OPEN, kind__in=[Invoice.START, Invoice.UPGRADE])
        again = before.filter(kind=quote.way, plan_id=plan_id, expires_at__gt=now).first()
        if again is not None and (quote.way == START or (row is not None and again.from_plan_id == row.plan_id)):
            charge_invoice(seller_id=seller_id, invoice_id=again.id, method=method)
            return again.id
        before.update(state=Invoice.VOID)
        invoice = Invoice.objects.create(
            seller_id=seller_id,
            kind=quote.way,
            plan_id=plan_id,
            from_plan=row.plan if row is not None else None,
            amount_minor=quote.amount_minor,
            price_minor=quote.price_minor,
            credit_minor=quote.credit_minor,
            currency=quote.currency,
            period_start=quote.period_start,
            period_end=quote.period_end,
            due_at=now,
            expires_at=now + CHECKOUT,
        )
        charge_invoice(seller_id=seller_id, invoice_id=invoice.id, method=method)
        record(seller_id=seller_id, actor=actor, verb="choose_plan", object_kind="invoice", object_id=invoice.id)
    return invoice.id
