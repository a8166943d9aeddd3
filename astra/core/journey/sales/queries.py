"""What others may know of orders."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import seller_facts
from astra.core.journey.sales.models import Order, OrderEvent, OrderLine
from astra.core.journey.sales.models.order_state import WORD_TEXTS, Commercial, Word, word_of
from astra.core.payments.queries import purposes_of_number

STEP_TEXTS: dict[str, "str | Promise"] = {
    "opened": _("Cart opened"),
    "abandoned": _("Cart left behind"),
    "placed": _("Order placed, items held"),
    "paid": _("Payment confirmed"),
    "paid_late": _("Paid after the time was over; stock was found again"),
    "expired": _("Not paid in time; items released"),
    "cancelled": _("Cancelled; items released"),
    "charge_failed": _("The charge could not be made; items released"),
    "payment_parked": _("A payment that does not fit the order was set aside"),
    "payment_returned": _("A payment that does not belong to the order was returned"),
    "refunding": _("Paid after the stock had ended; the money goes back by itself"),
    "refunded": _("Refunded in full"),
    "partially_refunded": _("Refunded in part"),
    "refund_failed": _("The provider refused the refund; a person is looking at it"),
    "fulfilling": _("Delivery started"),
    "partially_delivered": _("Partially delivered"),
    "waiting_stock": _("Waiting for stock"),
    "delivered": _("Delivered"),
}
PLACED_WAITING = _("Order placed; the buyer agreed to wait for stock")


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A line of an order, with the words and amounts (minor units) it was placed with."""

    id: uuid.UUID
    variation_id: uuid.UUID
    product_name: str
    variation_name: str
    quantity: int
    unit_price_minor: int
    discount_minor: int
    total_minor: int


@dataclass(frozen=True, slots=True)
class StepFacts:
    """A step in the life of an order; ``text`` says it to people."""

    at: datetime.datetime
    kind: str
    text: "str | Promise"
    actor_kind: str
    actor_id: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as everybody else sees it. ``word`` is the one public word; amounts are in minor units of ``currency``."""

    id: uuid.UUID
    code: str
    buyer_id: str
    buyer_name: str
    instance_id: uuid.UUID
    word: Word
    commercial: str
    payment: str
    fulfilment: str
    currency: str
    subtotal_minor: int
    total_minor: int
    discount_minor: int
    lines: tuple[LineFacts, ...]
    coupon_code: str
    charge_id: uuid.UUID | None
    expires_at: datetime.datetime | None
    placed_at: datetime.datetime | None
    paid_at: datetime.datetime | None
    delivered_at: datetime.datetime | None
    product_id: uuid.UUID
    guild_id: str
    channel_id: str
    payment_id: uuid.UUID | None
    fee_basis_points: int
    fee_minor: int
    refunded_minor: int
    accepts_waiting: bool
    created_at: datetime.datetime
    timeline: tuple[StepFacts, ...] = ()

    @property
    def word_text(self) -> "str | Promise":
        """The public word in the reader's language."""
        return WORD_TEXTS[self.word]

    @property
    def earned_minor(self) -> int:
        """What the seller earns by it once it is paid: the total less the fee."""
        return self.total_minor - self.fee_minor


@dataclass(frozen=True, slots=True)
class SalesFigures:
    """What was sold, before fees and without what went back, in minor units: today, in 7 and in 30 days (today included)."""

    currency: str
    today_minor: int
    today_orders: int
    week_minor: int
    week_orders: int
    month_minor: int
    month_orders: int


def order_facts(seller_id: uuid.UUID, order_id: uuid.UUID) -> OrderFacts:
    """One order or cart with its timeline. Raises NotFound."""
    with acting_for(seller_id):
        order = Order.objects.filter(id=order_id).first()
        if order is None:
            raise NotFound
        return _facts([order], with_timeline=True)[0]


def orders(seller_id: uuid.UUID, limit: int = 50, search: str = "") -> list[OrderFacts]:
    """The placed orders of a seller, newest first; ``search`` looks into code, buyer's name, buyer's id and numbers of payments."""
    with acting_for(seller_id):
        rows = Order.objects.filter(placed_at__isnull=False)
        if wanted := search.strip():
            paid_by = purposes_of_number(seller_id, "order", wanted)
            rows = rows.filter(Q(code__icontains=wanted) | Q(buyer_name__icontains=wanted) | Q(buyer_id=wanted) | Q(id__in=paid_by))
        return _facts(rows.order_by("-placed_at", "-id")[:limit])


def order_of_code(seller_id: uuid.UUID, code: str) -> OrderFacts | None:
    """The order of a code, however it is written, or None."""
    with acting_for(seller_id):
        order = Order.objects.filter(code=code.strip().upper()).first()
        return _facts([order], with_timeline=True)[0] if order else None


def orders_of_buyer(seller_id: uuid.UUID, buyer_id: str, limit: int = 25) -> list[OrderFacts]:
    """What a buyer ordered from a seller, newest first."""
    with acting_for(seller_id):
        return _facts(Order.objects.filter(buyer_id=buyer_id, placed_at__isnull=False).order_by("-placed_at", "-id")[:limit])


def money_today(seller_id: uuid.UUID) -> SalesFigures:
    """What was sold today and lately, by the reader's calendar (the time zone in force)."""
    with acting_for(seller_id):
        zone = timezone.get_current_timezone()
        midnight = current_instant().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        since = {"today": midnight}
        for name, days in (("week", 6), ("month", 29)):
            day = (midnight - datetime.timedelta(days=days)).date()
            since[name] = datetime.datetime.combine(day, datetime.time(), zone)
        sold = Order.objects.filter(commercial__in=[Commercial.PAID, Commercial.PARTIALLY_REFUNDED], paid_at__gte=since["month"])
        sums: dict[str, Any] = {}
        for name, start in since.items():
            sums[f"{name}_total"] = Sum("total_minor", filter=Q(paid_at__gte=start))
            sums[f"{name}_back"] = Sum("refunded_minor", filter=Q(paid_at__gte=start))
            sums[f"{name}_orders"] = Count("id", filter=Q(paid_at__gte=start))
        found = sold.aggregate(**sums)
        currency = seller_facts(seller_id).currency
    money = {name: int(found[f"{name}_total"] or 0) - int(found[f"{name}_back"] or 0) for name in since}
    return SalesFigures(
        currency,
        money["today"],
        found["today_orders"],
        money["week"],
        found["week_orders"],
        money["month"],
        found["month_orders"],
    )


def _facts(rows: "QuerySet[Order] | Iterable[Order]", *, with_timeline: bool = False) -> list[OrderFacts]:
    found = list(rows)
    ids = [order.id for order in found]
    lines: dict[uuid.UUID, list[LineFacts]] = defaultdict(list)
    for line in OrderLine.objects.filter(order_id__in=ids).order_by("order_id", "place"):
        lines[line.order_id].append(
            LineFacts(
                line.id,
                line.variation_id,
                line.product_name,
                line.variation_name,
                line.quantity,
                line.unit_price_minor,
                line.discount_minor,
                line.total_minor,
            )
        )
    steps: dict[uuid.UUID, list[StepFacts]] = defaultdict(list)
    if with_timeline:
        for row in OrderEvent.objects.filter(order_id__in=ids).order_by("place"):
            agreed_to_wait = row.kind == "placed" and row.facts.get("waiting")
            text = PLACED_WAITING if agreed_to_wait else STEP_TEXTS.get(row.kind, row.kind)
            steps[row.order_id].append(StepFacts(row.created_at, row.kind, text, row.actor_kind, row.actor_id, row.facts))
    return [_one(order, tuple(lines[order.id]), tuple(steps[order.id])) for order in found]


def _one(order: Order, lines: tuple[LineFacts, ...], timeline: tuple[StepFacts, ...]) -> OrderFacts:
    return OrderFacts(
        id=order.id,
        code=order.code,
        buyer_id=order.buyer_id,
        buyer_name=order.buyer_name,
        instance_id=order.instance_id,
        word=word_of(order.commercial, order.payment, order.fulfilment),
        commercial=order.commercial,
        payment=order.payment,
        fulfilment=order.fulfilment,
        currency=order.currency,
        subtotal_minor=order.subtotal_minor,
        total_minor=order.total_minor,
        discount_minor=order.discount_minor,
        lines=lines,
        coupon_code=order.coupon_code,
        charge_id=order.charge_id,
        expires_at=order.expires_at,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        delivered_at=order.delivered_at,
        product_id=order.product_id,
        guild_id=order.guild_id,
        channel_id=order.channel_id,
        payment_id=order.payment_id,
        fee_basis_points=order.fee_basis_points,
        fee_minor=order.fee_minor,
        refunded_minor=order.refunded_minor,
        accepts_waiting=order.accepts_waiting,
        created_at=order.created_at,
        timeline=timeline,
    )
