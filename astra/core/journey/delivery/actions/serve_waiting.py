"""Stock arrived for an order that waited."""

import uuid

from astra.core.journey.delivery.actions.open_deliveries import open_deliveries


def serve_waiting(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> bool:
    """Binds the items that a restock allocated to a waiting order and has the buyer told once; returns whether any was new."""
    return open_deliveries(seller_id=seller_id, order_id=order_id)
