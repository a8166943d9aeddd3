"""What others may know of charges, payments, refunds and payouts."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.payments.models import Charge, History, Payment, Payout, Refund, SavedCard
from astra.core.payments.transitions import FAILED


@dataclass(frozen=True, slots=True)
class ChargeFacts:
    """A charge. ``copy_paste`` is the provider's BR Code, kept as it is; empty until the provider made it, and by card."""

    id: uuid.UUID
    state: str
    amount_minor: int
    currency: str
    copy_paste: str
    provider_id: str
    expires_at: datetime.datetime
    approved_at: datetime.datetime | None
    purpose_kind: str
    purpose_id: uuid.UUID
    provider: str
    pay_url: str
    failure_code: str
    created_at: datetime.datetime
    method: str
    saved_card_id: uuid.UUID | None
    declines: int
    declined_code: str


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """Money that arrived for a charge. ``state`` is applied or parked, with a reason."""

    id: uuid.UUID
    charge_id: uuid.UUID
    state: str
    reason: str
    amount_minor: int
    currency: str
    fee_minor: int
    refunded_minor: int
    provider: str
    provider_payment_id: str
    end_to_end_id: str
    paid_at: datetime.datetime
    refund_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class ParkedFacts:
    """A parked payment of which ``left_minor`` is neither back nor on its way. ``is_stuck``: the provider refused to return it."""

    seller_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID
    asked_minor: int
    asked_currency: str
    left_minor: int
    is_stuck: bool
    payment: PaymentFacts


@dataclass(frozen=True, slots=True)
class RefundFacts:
    """Money on its way back, or returned."""

    id: uuid.UUID
    payment_id: uuid.UUID
    state: str
    amount_minor: int
    currency: str
    reason: str
    origin: str
    provider_id: str
    failure_code: str
    settled_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """A payout, without its destination."""

    id: uuid.UUID
    state: str
    amount_minor: int
    currency: str
    purpose_kind: str
    purpose_id: uuid.UUID
    provider_id: str
    end_to_end_id: str
    fee_minor: int
    failure_code: str
    sent_at: datetime.datetime | None
    unknown_at: datetime.datetime | None
    settled_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class CardFacts:
    """A card that the provider keeps, as its holder knows it. ``expires_on`` is a month, for example ``2031-12``."""

    id: uuid.UUID
    last4: str
    expires_on: str
    created_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Step:
    """A line of history."""

    at: datetime.datetime
    event: str
    from_state: str
    to_state: str
    actor: str


def charge_facts(seller_id: uuid.UUID, charge_id: uuid.UUID) -> ChargeFacts:
    """One charge. Raises NotFound."""
    with acting_for(seller_id):
        row = Charge.objects.filter(seller_id=seller_id, id=charge_id).first()
    if row is None:
        raise NotFound(charge_id=str(charge_id))
    return _charge(row)


def charges_of(seller_id: uuid.UUID, purpose_kind: str, purpose_id: uuid.UUID) -> list[ChargeFacts]:
    """Every charge that was made for a purpose, oldest first."""
    with acting_for(seller_id):
        return [_charge(row) for row in _of_purpose(seller_id, purpose_kind, purpose_id)]


def payments_of(seller_id: uuid.UUID, purpose_kind: str, purpose_id: uuid.UUID) -> list[PaymentFacts]:
    """Every payment that reached the charges of a purpose, oldest first."""
    with acting_for(seller_id):
        charges = _of_purpose(seller_id, purpose_kind, purpose_id).values("id")
        return [_payment(row) for row in Payment.objects.filter(seller_id=seller_id, charge_id__in=charges).order_by("id")]


def purposes_of_number(seller_id: uuid.UUID, purpose_kind: str, number: str) -> list[uuid.UUID]:
    """The purposes whose charge or payment carries this number: the provider's number of either, or the bank's end-to-end id."""
    with acting_for(seller_id):
        paid = Payment.objects.filter(Q(provider_payment_id=number) | Q(end_to_end_id=number)).values("charge_id")
        rows = Charge.objects.filter(Q(provider_id=number) | Q(id__in=paid), purpose_kind=purpose_kind)
        return list(rows.values_list("purpose_id", flat=True)[:50])


def payment_facts(seller_id: uuid.UUID, payment_id: uuid.UUID) -> PaymentFacts:
    """One payment. Raises NotFound."""
    with acting_for(seller_id):
        row = Payment.objects.filter(seller_id=seller_id, id=payment_id).first()
    if row is None:
        raise NotFound(payment_id=str(payment_id))
    return _payment(row)


def parked_payments(seller_id: uuid.UUID) -> list[PaymentFacts]:
    """Payments that are kept apart and of which something is left, oldest first."""
    with acting_for(seller_id):
        rows = Payment.objects.filter(seller_id=seller_id, state=Payment.PARKED).order_by("id")
        return [_payment(row) for row in rows if row.refunded_minor < row.amount_minor]


def parked_to_review(limit: int = 200) -> list[ParkedFacts]:
    """Every seller's parked payments that a person may still decide on, those that go back first first, stuck ones before all."""
    with as_system():
        alive = Refund.objects.filter(seller_id=OuterRef("seller_id"), payment_id=OuterRef("id")).exclude(state=FAILED)
        total = alive.order_by().values("payment_id").annotate(total=Sum("amount_minor")).values("total")
        rows = (
            Payment.objects.filter(state=Payment.PARKED)
            .annotate(asked_back_minor=Coalesce(Subquery(total), 0, output_field=BigIntegerField()))
            .filter(asked_back_minor__lt=F("amount_minor"))
            .select_related("charge")
            .order_by(F("refund_at").asc(nulls_first=True), "id")
        )
        return [
            ParkedFacts(
                row.seller_id,
                row.charge.purpose_kind,
                row.charge.purpose_id,
                row.charge.amount_minor,
                row.charge.currency,
                row.amount_minor - row.asked_back_minor,
                row.refund_at is None,
                _payment(row),
            )
            for row in rows[:limit]
        ]


def refunds_of(seller_id: uuid.UUID, payment_id: uuid.UUID) -> list[RefundFacts]:
    """The refunds of a payment, oldest first."""
    with acting_for(seller_id):
        return [_refund(row) for row in Refund.objects.filter(seller_id=seller_id, payment_id=payment_id).order_by("id")]


def refund_facts(seller_id: uuid.UUID, refund_id: uuid.UUID) -> RefundFacts:
    """One refund. Raises NotFound."""
    with acting_for(seller_id):
        row = Refund.objects.filter(seller_id=seller_id, id=refund_id).first()
    if row is None:
        raise NotFound(refund_id=str(refund_id))
    return _refund(row)


def card_facts(seller_id: uuid.UUID, card_id: uuid.UUID) -> CardFacts | None:
    """A kept card, or None when it was removed or never was."""
    with acting_for(seller_id):
        row = SavedCard.objects.filter(seller_id=seller_id, id=card_id, removed_at=None).first()
    return None if row is None else CardFacts(row.id, row.last4, row.expires_on, row.created_at)


def payer_keys(seller_id: uuid.UUID, purpose_kinds: Collection[str]) -> set[str]:
    """The marks of everybody who paid charges of these purposes for this seller."""
    with acting_for(seller_id):
        charges = Charge.objects.filter(seller_id=seller_id, purpose_kind__in=purpose_kinds).values("id")
        rows = Payment.objects.filter(seller_id=seller_id, charge_id__in=charges).exclude(payer_key="")
        return set(rows.values_list("payer_key", flat=True))


def payout_facts(seller_id: uuid.UUID, payout_id: uuid.UUID) -> PayoutFacts:
    """One payout. Raises NotFound."""
    with acting_for(seller_id):
        row = Payout.objects.filter(seller_id=seller_id, id=payout_id).first()
    if row is None:
        raise NotFound(payout_id=str(payout_id))
    return PayoutFacts(
        row.id,
        row.state,
        row.amount_minor,
        row.currency,
        row.purpose_kind,
        row.purpose_id,
        row.provider_id,
        row.end_to_end_id,
        row.fee_minor,
        row.failure_code,
        row.sent_at,
        row.unknown_at,
        row.settled_at,
    )


def history_of(seller_id: uuid.UUID, object_kind: str, object_id: uuid.UUID) -> list[Step]:
    """What happened to a charge, payment, refund or payout, oldest first."""
    with acting_for(seller_id):
        rows = History.objects.filter(seller_id=seller_id, object_kind=object_kind, object_id=object_id).order_by("id")
        return [Step(row.created_at, row.event, row.from_state, row.to_state, row.actor) for row in rows]


def _of_purpose(seller_id: uuid.UUID, purpose_kind: str, purpose_id: uuid.UUID):  # type: ignore[no-untyped-def]  # a query set
    return Charge.objects.filter(seller_id=seller_id, purpose_kind=purpose_kind, purpose_id=purpose_id).order_by("id")


def _charge(row: Charge) -> ChargeFacts:
    return ChargeFacts(
        row.id,
        row.state,
        row.amount_minor,
        row.currency,
        row.copy_paste,
        row.provider_id,
        row.expires_at,
        row.approved_at,
        row.purpose_kind,
        row.purpose_id,
        row.provider,
        row.pay_url,
        row.failure_code,
        row.created_at,
        row.method,
        row.saved_card_id,
        row.declines,
        row.declined_code,
    )


def _payment(row: Payment) -> PaymentFacts:
    return PaymentFacts(
        row.id,
        row.charge_id,
        row.state,
        row.reason,
        row.amount_minor,
        row.currency,
        row.fee_minor,
        row.refunded_minor,
        row.provider,
        row.provider_payment_id,
        row.end_to_end_id,
        row.paid_at,
        row.refund_at,
    )


def _refund(row: Refund) -> RefundFacts:
    return RefundFacts(
        row.id,
        row.payment_id,
        row.state,
        row.amount_minor,
        row.currency,
        row.reason,
        row.origin,
        row.provider_id,
        row.failure_code,
        row.settled_at,
    )
