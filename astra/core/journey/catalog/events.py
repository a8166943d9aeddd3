"""What the catalog tells the stages after it."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class ProductChanged(Event):
    """What a card shows of a product is different now: words, price, or how its stock is called."""

    product_id: uuid.UUID


@dataclass(frozen=True)
class StockImported(Event):
    """Items were added to a variation."""

    variation_id: uuid.UUID


@dataclass(frozen=True)
class WaitingServed(Event):
    """A paid order that waited for stock received at least one item."""

    order_id: uuid.UUID
