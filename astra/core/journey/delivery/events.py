"""What delivery tells the others."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class DeliveryReady(Event):
    """Goods of an order are bound to it and the buyer is to be told."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class DeliveryWaiting(Event):
    """A paid order waits for stock and the buyer is to be told."""

    order_id: uuid.UUID


@dataclass(frozen=True)
class DeliveryDone(Event):
    """Every line of an order is delivered."""

    order_id: uuid.UUID
