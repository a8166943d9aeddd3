"""An approved payment of an invoice: invoice, subscription, limits and book change in one transaction, which is that of payments."""

from django.db import connection
from django.utils.timezone import localtime

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.billing.actions.move_subscription import change_subscription, lock_subscription, move_subscription, note_event
from astra.core.journey.billing.actions.start_trial import note_payer
from astra.core.journey.billing.actions.use_card import use_card
from astra.core.journey.billing.models import Invoice, Subscription
from astra.core.journey.billing.periods import end_of_period
from astra.core.journey.billing.states import ACTIVE, PAST_DUE, SUSPENDED, TRIALING
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.payments.actions.keep_card import remove_card
from astra.core.payments.purposes import APPLIED, PARKED, Settlement

PROVIDER = Actor("provider")


def apply_payment(settlement: Settlement) -> str:
    """Pays an invoice and answers ``"applied"``; ``"parked"`` when it is no longer owed: then payments gives the money back.

    A first plan and a return from suspension begin now; a renewal ahead of time begins when the period it follows is over.
    """
    with acting_for(settlement.seller_id):
        row = lock_subscription(settlement.seller_id)
        invoice = Invoice.objects.select_for_update().filter(seller_id=settlement.seller_id, id=settlement.purpose_id).first()
        if invoice is None:
            return _refuse(settlement)
        if invoice.payment_id == settlement.payment_id:
            return APPLIED
        fits = (invoice.amount_minor, invoice.currency) == (settlement.amount_minor, settlement.currency)
        if not fits or invoice.state != Invoice.OPEN or not _is_wanted(row, invoice):
            return _refuse(settlement)
        now = current_instant()
        starts_now = invoice.kind == Invoice.START or (row is not None and row.state == SUSPENDED)
        if starts_now or (invoice.kind == Invoice.UPGRADE and row is not None and row.plan.period != invoice.plan.period):
            invoice.period_start, invoice.period_end = now, end_of_period(now, invoice.plan.period, now.day)
        invoice.state, invoice.payment_id, invoice.paid_at = Invoice.PAID, settlement.payment_id, now
        invoice.paid_by, invoice.declined_code = settlement.method, ""
        invoice.number = _next_number(localtime(now).year)
        invoice.customer_name = seller_facts(settlement.seller_id).name
        invoice.save()
        _follow(row, invoice, starts_now=starts_now)
        _book(invoice, settlement)
        if settlement.saved_card_id is not None:
            use_card(settlement.seller_id, settlement.saved_card_id)
        note_payer(settlement.seller_id, settlement.payer_key)
    return APPLIED


def _refuse(settlement: Settlement) -> str:
    """Money that is not owed: its card is not kept either."""
    if settlement.saved_card_id is not None:
        remove_card(seller_id=settlement.seller_id, card_id=settlement.saved_card_id)
    return PARKED


def _is_wanted(row: Subscription | None, invoice: Invoice) -> bool:
    if invoice.kind == Invoice.START:
        return row is None or row.state not in (ACTIVE, PAST_DUE)
    if row is None:
        return False
    if invoice.kind == Invoice.UPGRADE:
        same_period = row.plan.period != invoice.plan.period or row.ends_at == invoice.period_end
        return row.state == ACTIVE and row.plan_id == invoice.from_plan_id and same_period
    return row.state in (ACTIVE, PAST_DUE, SUSPENDED) and row.ends_at == invoice.period_start


def _follow(row: Subscription | None, invoice: Invoice, *, starts_now: bool) -> None:
    others = Invoice.objects.filter(seller_id=invoice.seller_id, state=Invoice.OPEN)
    period = {"plan": invoice.plan, "next_plan": None, "started_at": invoice.period_start, "ends_at": invoice.period_end}
    if row is None:
        others.update(state=Invoice.VOID)
        row = Subscription(seller_id=invoice.seller_id, state=ACTIVE, started_by=invoice.seller_id, changed_at=invoice.paid_at)
        change_subscription(row, **period, anchor_day=invoice.period_start.day)
        note_event(row, "paid", before="", actor=PROVIDER)
    elif starts_now:
        others.update(state=Invoice.VOID)
        move_subscription(row, "paid", actor=PROVIDER, **period, anchor_day=invoice.period_start.day, cancel_at_period_end=False)
    elif invoice.kind == Invoice.UPGRADE:
        others.update(state=Invoice.VOID)
        anchor = invoice.period_start.day if row.plan.period != invoice.plan.period else row.anchor_day
        move_subscription(row, "upgraded", actor=PROVIDER, **period, anchor_day=anchor, cancel_at_period_end=False)
    elif row.state == ACTIVE and invoice.paid_at is not None and row.ends_at > invoice.paid_at:
        change_subscription(row)
        note_event(row, "paid_ahead", before=row.state, actor=PROVIDER)
    else:
        move_subscription(row, "renewed", actor=PROVIDER, **period)
    assert row.state != TRIALING


def _next_number(year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_invoice_counter (year, last) VALUES (%s, 1)"
            " ON CONFLICT (year) DO UPDATE SET last = billing_invoice_counter.last + 1 RETURNING last",
            [year],
        )
        return f"{year}-{cursor.fetchone()[0]:06d}"


def _book(invoice: Invoice, settlement: Settlement) -> None:
    post(
        seller_id=invoice.seller_id,
        kind=TransferKind.PLAN,
        key=str(settlement.payment_id),
        entries=[
            Entry(AccountKind.PROVIDER_CASH, settlement.amount_minor - settlement.provider_fee_minor),
            Entry(AccountKind.PROVIDER_FEE, settlement.provider_fee_minor),
            Entry(AccountKind.PLAN_REVENUE, -settlement.amount_minor),
        ],
        currency=settlement.currency,
        facts={"invoice": invoice.number, "charge_id": str(settlement.charge_id), "plan": invoice.plan.code},
        object_kind="invoice",
        object_id=invoice.id,
    )
