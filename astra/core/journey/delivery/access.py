"""The only way from an id in a request to a delivery."""

import uuid

from astra.core.journey.delivery.queries import DeliveryFacts, delivery_facts


def access_delivery(seller_id: uuid.UUID, order_id: uuid.UUID) -> DeliveryFacts:
    """The delivery of an order of this seller. Raises NotFound."""
    return delivery_facts(seller_id, order_id)
