"""The only way from an id in a request to an order."""

import uuid

from astra.core.foundation.failure import NotFound
from astra.core.journey.sales.queries import OrderFacts, order_facts


def access_order(seller_id: uuid.UUID, order_id: uuid.UUID) -> OrderFacts:
    """An order of this seller. Raises NotFound."""
    return order_facts(seller_id, order_id)


def access_buyers_order(seller_id: uuid.UUID, order_id: uuid.UUID, buyer_id: str) -> OrderFacts:
    """An order of this seller and this buyer. Raises NotFound for anybody else's."""
    facts = order_facts(seller_id, order_id)
    if facts.buyer_id != buyer_id:
        raise NotFound
    return facts
