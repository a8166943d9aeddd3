"""What others may know of deliveries."""

import dataclasses
import datetime
import uuid
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.utils.functional import Promise

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.queries import waiting_position
from astra.core.journey.delivery.machine import State
from astra.core.journey.delivery.models import DeliveredItem, Delivery, Notice, Reveal
from astra.core.journey.delivery.reasons import REASONS, STATES

# Of several lines, the one that most needs somebody's eye speaks for the order.
MOST_URGENT = [State.DEAD_LETTER, State.ACTION_REQUIRED, State.WAITING_STOCK, State.ATTEMPTING, State.PENDING, State.DELIVERED]


@dataclass(frozen=True, slots=True)
class LineDelivery:
    """One line on its way: how many items it has of how many it was sold."""

    line_id: uuid.UUID
    product_name: str
    variation_name: str
    quantity: int
    bound: int
    state: str
    delivered_at: datetime.datetime | None
    viewed_at: datetime.datetime | None

    @property
    def state_text(self) -> "str | Promise":
        """The state in the reader's language."""
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """An order on its way. ``state`` is that of its most urgent line; ``reason`` a code, empty when all goes well."""

    order_id: uuid.UUID
    order_code: str
    buyer_id: str
    buyer_name: str
    instance_id: uuid.UUID
    reference: str
    state: str
    reason: str
    attempts: int
    paid_at: datetime.datetime
    sent_at: datetime.datetime | None
    next_try_at: datetime.datetime | None
    channel_id: str
    message_id: str
    lines: tuple[LineDelivery, ...]
    reveals: tuple[datetime.datetime, ...] = ()
    waiting_position: int | None = None

    @property
    def state_text(self) -> "str | Promise":
        """The state in the reader's language."""
        return STATES[self.state]

    @property
    def reason_text(self) -> "str | Promise":
        """What stands in the way and what to do, or nothing."""
        return REASONS.get(self.reason, "")


def deliveries(seller_id: uuid.UUID, limit: int = 50, *, only: str = "") -> list[DeliveryFacts]:
    """The latest orders on their way or delivered, newest first; ``only`` keeps those with a line in that state."""
    with acting_for(seller_id):
        rows = Notice.objects.filter(seller_id=seller_id)
        if only:
            rows = rows.filter(id__in=Delivery.objects.filter(seller_id=seller_id, state=only).values("notice_id"))
        return _facts(seller_id, rows.order_by("-created_at", "-id")[:limit])


def delivery_of(seller_id: uuid.UUID, order_id: uuid.UUID) -> DeliveryFacts | None:
    """One order's delivery with the times it was opened and its place in the queue; None while nothing is on its way."""
    with acting_for(seller_id):
        found = _facts(seller_id, Notice.objects.filter(seller_id=seller_id, order_id=order_id))
        if not found:
            return None
        seen = tuple(Reveal.objects.filter(seller_id=seller_id, order_id=order_id).order_by("id").values_list("created_at", flat=True))
        position = waiting_position(seller_id, order_id)
    return dataclasses.replace(found[0], reveals=seen, waiting_position=position)


def delivery_facts(seller_id: uuid.UUID, order_id: uuid.UUID) -> DeliveryFacts:
    """As delivery_of. Raises NotFound while nothing is on its way."""
    found = delivery_of(seller_id, order_id)
    if found is None:
        raise NotFound(order_id=str(order_id))
    return found


def figures(seller_id: uuid.UUID) -> dict[str, int]:
    """How many lines are in each state."""
    with acting_for(seller_id):
        rows = Delivery.objects.filter(seller_id=seller_id).values("state").annotate(lines=Count("id"))
        found = {row["state"]: row["lines"] for row in rows}
    return {state.value: found.get(state.value, 0) for state in State}


def _facts(seller_id: uuid.UUID, notices: "QuerySet[Notice]") -> list[DeliveryFacts]:
    rows = list(notices.select_related("order"))
    lines: dict[uuid.UUID, list[LineDelivery]] = defaultdict(list)
    found = Delivery.objects.filter(seller_id=seller_id, notice_id__in=[row.id for row in rows]).select_related("line")
    bound = dict(
        DeliveredItem.objects.filter(seller_id=seller_id, delivery_id__in=[delivery.id for delivery in found])
        .values("delivery_id")
        .annotate(items=Count("id"))
        .values_list("delivery_id", "items")
    )
    for delivery in sorted(found, key=lambda each: each.line.place):
        lines[delivery.notice_id].append(
            LineDelivery(
                delivery.line_id,
                delivery.line.product_name,
                delivery.line.variation_name,
                delivery.quantity,
                bound.get(delivery.id, 0),
                delivery.state,
                delivery.delivered_at,
                delivery.viewed_at,
            )
        )
    return [_one(row, tuple(lines[row.id])) for row in rows]


def _one(row: Notice, lines: tuple[LineDelivery, ...]) -> DeliveryFacts:
    state = min((State(line.state) for line in lines), key=MOST_URGENT.index, default=State.PENDING)
    reason = "waiting_stock" if state == State.WAITING_STOCK else row.reason
    return DeliveryFacts(
        row.order_id,
        row.order.code,
        row.order.buyer_id,
        row.order.buyer_name,
        row.instance_id,
        f"#{row.reference}",
        state.value,
        "" if state == State.DELIVERED else reason,
        row.attempts,
        row.order.paid_at or row.created_at,
        row.sent_at,
        row.next_try_at if row.state in ("pending", "parked") else None,
        row.channel_id,
        row.message_id,
        lines,
    )
