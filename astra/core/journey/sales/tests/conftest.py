"""Fixtures of sales: the real provider's sandbox, a shop, and the news that was told."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from astra.core.foundation import events as wiring
from astra.core.foundation.invariants import load_invariants, violations
from astra.core.foundation.jobs import job
from astra.core.foundation.tenancy.acting import is_inside_a_block
from astra.core.journey.catalog import events as of_catalog
from astra.core.journey.sales import events as of_sales
from astra.core.journey.sales.actions.apply_payment import apply_payment
from astra.core.journey.sales.actions.record_refund import record_refund
from astra.core.journey.sales.tests.shop import Shop
from astra.core.payments import purposes

# Whether things move on in time is proven where all stages run; here nobody delivers and no janitor looks.
OF_OTHERS = {"L01", "L02", "L03", "P04"}

TOLD = (
    of_sales.OrderPlaced,
    of_sales.OrderPaid,
    of_sales.OrderExpired,
    of_sales.OrderCancelled,
    of_sales.OrderRefunding,
    of_sales.OrderRefunded,
    of_catalog.WaitingServed,
    of_catalog.ProductChanged,
    of_catalog.StockImported,
)


def _name(event: type) -> str:
    return f"tests.news.{event.__name__}"


def _stay(**_: Any) -> None:
    """Stands in the queue where the stages ahead would be told."""


for _event in TOLD:
    job(_name(_event), retries=1)(_stay)


@pytest.fixture(autouse=True)
def _purpose() -> None:
    purposes.register("order", apply=apply_payment, refunded=record_refund)


class News:
    """What the stages ahead of sales were told, read from the real queue."""

    def __init__(self, queue: Any) -> None:
        self._queue = queue

    def of(self, object_id: uuid.UUID) -> list[str]:
        """The names of events about an order, a product or a variation, in order."""
        return [
            row.task_name.removeprefix("tests.news.")
            for row in self._queue._waiting(including_later=True)
            if row.task_name.startswith("tests.news.") and str(object_id) in row.args.values()
        ]


@pytest.fixture
def news(queue: Any) -> Iterator[News]:
    """Connects the events of sales to jobs that nobody runs, for the length of a test."""
    earlier = dict(wiring._wiring)
    wiring._wiring.update({event.__name__: (_name(event),) for event in TOLD})
    yield News(queue)
    wiring._wiring.clear()
    wiring._wiring.update(earlier)


@pytest.fixture
def shop(seller: Any, buyer: Any, payment_provider: Any, news: News) -> Iterator[Shop]:
    """The seller's shop at the real provider's sandbox; every invariant is checked when the test is over."""
    yield Shop(seller.id, buyer.id, payment_provider)
    assert not is_inside_a_block()
    broken = violations(invariant.name for invariant in load_invariants() if invariant.name not in OF_OTHERS)
    assert not broken, broken
