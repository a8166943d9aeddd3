"""Cancels an order at its buyer's wish: the provider is told before we say so."""

import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import Failure
from astra.core.journey.sales.access import access_buyers_order
from astra.core.journey.sales.actions.cancel_order import cancel_order
from astra.core.surfaces.discord.sends.show_order import show_order


def cancel_buyers_order(*, seller_id: uuid.UUID, order_id: uuid.UUID, buyer_id: str) -> None:
    """Cancels, and draws whatever came of it (it may have been paid meanwhile). Raises failures that may pass."""
    order = access_buyers_order(seller_id, order_id, buyer_id)
    if order.commercial == "awaiting_payment":
        try:
            cancel_order(seller_id=seller_id, order_id=order_id, actor=Actor("buyer", buyer_id))
        except Failure as failure:
            if not failure.permanent:
                raise
    show_order(seller_id=seller_id, order_id=order_id)
