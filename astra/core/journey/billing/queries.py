"""What others may know of a seller's plan."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.billing.models import BillingPolicy, Invoice, Payer, Plan, Subscription, SubscriptionEvent
from astra.core.journey.billing.periods import ARCHIVE_DAYS, GRACE
from astra.core.journey.billing.states import EXPIRED, SELLING, TRIALING
from astra.core.payments.queries import CardFacts, card_facts


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A version of a plan. ``period`` is trial, month or year; money in minor units."""

    id: uuid.UUID
    code: str
    version: int
    name: str
    period: str
    days: int
    price_minor: int
    currency: str
    fee_basis_points: int
    max_instances: int
    max_products: int
    max_members: int
    engines: tuple[str, ...]
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The plan of a seller now. ``state`` is a state of the machine, weighed against the clock."""

    plan: PlanOffer
    next_plan: PlanOffer | None
    state: str
    started_at: datetime.datetime
    ends_at: datetime.datetime
    grace_until: datetime.datetime
    cancels: bool
    days_left: int


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """An invoice. ``number`` is empty until it is paid."""

    id: uuid.UUID
    kind: str
    state: str
    plan: PlanOffer
    amount_minor: int
    price_minor: int
    credit_minor: int
    currency: str
    period_start: datetime.datetime
    period_end: datetime.datetime
    due_at: datetime.datetime
    charge_id: uuid.UUID | None
    number: str
    customer_name: str
    paid_at: datetime.datetime | None
    created_at: datetime.datetime
    paid_by: str
    declined_code: str


@dataclass(frozen=True, slots=True)
class PayerFacts:
    """How a seller pays: ``renews_by`` pix or card, and the card that the provider keeps."""

    renews_by: str
    card: CardFacts | None


@dataclass(frozen=True, slots=True)
class Moment:
    """A line of a subscription's history."""

    at: datetime.datetime
    event: str
    from_state: str
    to_state: str
    plan_name: str


def offer_of(row: Plan) -> PlanOffer:
    """A row as it is shown."""
    return PlanOffer(
        row.id,
        row.code,
        row.version,
        row.name,
        row.period,
        row.days,
        row.price_minor,
        row.currency,
        row.fee_basis_points,
        row.max_instances,
        row.max_products,
        row.max_members,
        tuple(row.engines),
        row.is_hidden,
    )


def trial_offer() -> PlanOffer:
    """The trial's words and limits."""
    return offer_of(Plan.objects.get(code=Plan.TRIAL, is_current=True))


def offers() -> list[PlanOffer]:
    """The plans that anybody may choose, cheapest first."""
    rows = Plan.objects.filter(is_current=True, is_hidden=False).exclude(period=Plan.TRIAL)
    return [offer_of(row) for row in rows.order_by("period", "price_minor")]


def defined_plans() -> list[PlanOffer]:
    """The current version of every plan, the trial and hidden ones too, for the operator."""
    return [offer_of(row) for row in Plan.objects.filter(is_current=True).order_by("price_minor", "code")]


def plan_offer(plan_id: uuid.UUID) -> PlanOffer:
    """One version of a plan. Raises NotFound."""
    row = Plan.objects.filter(id=plan_id).first()
    if row is None:
        raise NotFound(plan_id=str(plan_id))
    return offer_of(row)


def plan_facts(seller_id: uuid.UUID) -> PlanFacts | None:
    """The seller's subscription, or None before the first."""
    with acting_for(seller_id):
        row = Subscription.objects.filter(seller_id=seller_id).select_related("plan", "next_plan").first()
        if row is None:
            return None
        now = current_instant()
    left = max(0.0, (row.ends_at - now).total_seconds()) if row.state in SELLING else 0.0
    state = EXPIRED if row.state == TRIALING and left <= 0 else row.state
    return PlanFacts(
        offer_of(row.plan),
        offer_of(row.next_plan) if row.next_plan else None,
        state,
        row.started_at,
        row.ends_at,
        row.ends_at + GRACE,
        row.cancel_at_period_end,
        int(-(-left // 86_400)),
    )


def invoices(seller_id: uuid.UUID) -> list[InvoiceFacts]:
    """Every invoice that is owed or was paid, newest first."""
    with acting_for(seller_id):
        rows = Invoice.objects.filter(seller_id=seller_id).exclude(state=Invoice.VOID).select_related("plan")
        return [_invoice(row) for row in rows.order_by("-id")]


def invoice_facts(seller_id: uuid.UUID, invoice_id: uuid.UUID) -> InvoiceFacts:
    """One invoice. Raises NotFound."""
    with acting_for(seller_id):
        row = Invoice.objects.filter(seller_id=seller_id, id=invoice_id).select_related("plan").first()
    if row is None:
        raise NotFound(invoice_id=str(invoice_id))
    return _invoice(row)


def payer_facts(seller_id: uuid.UUID) -> PayerFacts:
    """How the renewals are paid: by PIX, before anything else was chosen."""
    with acting_for(seller_id):
        row = Payer.objects.filter(seller_id=seller_id).first()
    card = card_facts(seller_id, row.card_id) if row is not None and row.card_id is not None else None
    return PayerFacts(row.renews_by if row is not None else Payer.PIX, card)


def history(seller_id: uuid.UUID) -> list[Moment]:
    """What happened to the subscription, oldest first."""
    with acting_for(seller_id):
        rows = SubscriptionEvent.objects.filter(seller_id=seller_id).select_related("plan").order_by("id")
        return [Moment(row.created_at, row.event, row.from_state, row.to_state, row.plan.name) for row in rows]


def archive_days() -> int:
    """After how many days of suspension a shop is archived now."""
    found = BillingPolicy.objects.order_by("-id").values_list("archive_days", flat=True).first()
    return ARCHIVE_DAYS if found is None else found


def subscription_states() -> dict[uuid.UUID, tuple[str, datetime.datetime]]:
    """Every seller's state and the end of the period, for the operator's list."""
    with as_system():
        rows = Subscription.objects.values_list("seller_id", "state", "ends_at")
        return {seller_id: (state, ends_at) for seller_id, state, ends_at in rows}


def _invoice(row: Invoice) -> InvoiceFacts:
    return InvoiceFacts(
        row.id,
        row.kind,
        row.state,
        offer_of(row.plan),
        row.amount_minor,
        row.price_minor,
        row.credit_minor,
        row.currency,
        row.period_start,
        row.period_end,
        row.due_at,
        row.charge_id,
        row.number or "",
        row.customer_name,
        row.paid_at,
        row.created_at,
        row.paid_by,
        row.declined_code,
    )
