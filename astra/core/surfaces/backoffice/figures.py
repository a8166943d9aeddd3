"""What the operator sees of all sellers at once: counts by state, read as the system."""

import datetime
import statistics
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.instances.models import Instance
from astra.core.journey.sales.models import Order, OrderEvent
from astra.core.journey.sales.models.order_state import WORD_TEXTS, Word, word_of

PIPE = (Word.AWAITING_PAYMENT, Word.PAID, Word.FULFILLING, Word.WAITING_STOCK, Word.DELIVERED)
LATEST = 20


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many there are of a state, and the oldest of them."""

    word: str
    text: Any
    count: int
    oldest_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Speed:
    """From payment to delivery over the last orders, in seconds; None while there is nothing to measure."""

    orders: int
    median_seconds: float | None
    worst_seconds: float | None
    last_seconds: float | None


def orders_by_word(days: int = 30) -> tuple[list[StateCount], list[StateCount]]:
    """The five states of the way, then all other states that occur, over the orders of the last days."""
    since = current_instant() - datetime.timedelta(days=days)
    with as_system():
        rows = list(
            Order.objects.filter(placed_at__gte=since)
            .values("commercial", "payment", "fulfilment")
            .annotate(count=Count("id"), oldest=Min("placed_at"))
        )
    counts: dict[Word, int] = {}
    oldest: dict[Word, datetime.datetime] = {}
    for row in rows:
        word = word_of(row["commercial"], row["payment"], row["fulfilment"])
        counts[word] = counts.get(word, 0) + row["count"]
        oldest[word] = min(oldest.get(word, row["oldest"]), row["oldest"])
    way = [StateCount(word.value, WORD_TEXTS[word], counts.get(word, 0), oldest.get(word)) for word in PIPE]
    rest = [StateCount(word.value, WORD_TEXTS[word], counts[word], oldest[word]) for word in Word if word in counts and word not in PIPE]
    return way, rest


def instances_by_state() -> list[tuple[str, int]]:
    """How many instances are in each seen state, most frequent first."""
    with as_system():
        rows = Instance.objects.filter(archived_at=None).values_list("seen_state").annotate(count=Count("id")).order_by("-count")
        return [(state, count) for state, count in rows]


def paid_to_delivered() -> Speed:
    """How long the last delivered orders took from their payment; those that waited for stock tell nothing about speed."""
    waited = OrderEvent.objects.filter(seller_id=OuterRef("seller_id"), order_id=OuterRef("id"), kind="waiting_stock")
    with as_system():
        rows = list(
            Order.objects.filter(paid_at__isnull=False, delivered_at__isnull=False)
            .exclude(Exists(waited))
            .order_by("-delivered_at")
            .values_list("paid_at", "delivered_at")[:LATEST]
        )
    took = [max(0.0, (delivered - paid).total_seconds()) for paid, delivered in rows if paid and delivered]
    if not took:
        return Speed(0, None, None, None)
    return Speed(len(took), statistics.median(took), max(took), took[0])
