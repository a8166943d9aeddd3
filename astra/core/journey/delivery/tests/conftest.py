"""A shop, the books, and what delivery told the others."""

from collections.abc import Iterator

import pytest

from astra.core.foundation import events
from astra.core.foundation.jobs import job
from astra.core.journey.delivery.events import DeliveryDone, DeliveryReady, DeliveryWaiting
from astra.core.journey.delivery.tests.shop import Shop, open_shop
from tests.support.books import books

__all__ = ["books", "news", "shop"]

NEWS = {DeliveryReady: "tests.delivery_ready", DeliveryWaiting: "tests.delivery_waiting", DeliveryDone: "tests.delivery_done"}
for _name in NEWS.values():
    job(_name)(lambda **_: None)


@pytest.fixture
def shop(seller, books) -> Shop:  # type: ignore[no-untyped-def]
    """The seller's shop with three items."""
    return open_shop(seller.id, secrets=["KEY-1", "KEY-2", "KEY-3"])


class News:
    """The jobs that delivery's events would start."""

    def __init__(self, queue) -> None:  # type: ignore[no-untyped-def]
        self.queue = queue

    def take(self) -> list[str]:
        """What was told since the last time, shortest words."""
        told = [name.removeprefix("tests.delivery_") for name in self.queue.names() if name.startswith("tests.delivery_")]
        self.queue.run(*NEWS.values())
        return told


@pytest.fixture
def news(queue) -> Iterator[News]:  # type: ignore[no-untyped-def]
    """Listens to delivery's events alone."""
    earlier = dict(events._wiring)
    events.connect({event: [name] for event, name in NEWS.items()})
    yield News(queue)
    events._wiring.clear()
    events._wiring.update(earlier)
