"""What sales tells the stages after it and the surfaces."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    """A cart became an order: its items are held and a charge is on its way."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class OrderPaid(Event):
    """An order was paid, in time or late, and its items (or its place in the queue) are its own."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class OrderExpired(Event):
    """Nobody paid in time; what was held is free again."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class OrderCancelled(Event):
    """An unpaid order was cancelled, its charge first."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class OrderInReview(Event):
    """Money came for an unpaid order that does not fit it; it is kept apart and goes back unless it is accepted."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class OrderRefunding(Event):
    """A payment came too late for the stock; all of it goes back by itself."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class OrderRefunded(Event):
    """Money of the order went back to the buyer, all of it or a part."""

    order_id: uuid.UUID
