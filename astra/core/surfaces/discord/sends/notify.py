"""Tells a buyer how an order stands: in its message, or, where that is not possible any more, by one direct message."""

import uuid
from collections.abc import Callable

from astra.core.journey.sales.queries import OrderFacts, order_facts
from astra.core.surfaces.discord.screens import order_states
from astra.core.surfaces.discord.screens.parts import Screen
from astra.core.surfaces.discord.sends.notice import send_notice
from astra.core.surfaces.discord.sends.show_order import show_order

Draw = Callable[[OrderFacts, str], Screen]

KINDS: dict[str, Draw] = {
    "payment_in_review": lambda order, reference: order_states.in_review(order, reference),
    "refunding": lambda order, reference: order_states.refunding(order, reference),
    "refunded": lambda order, reference: order_states.refunded(order, reference=reference),
}


def notify(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> None:
    """Draws the order's message; what matters and could not be drawn goes by direct message, once per order and word.

    Raises Discord's failures that may pass; a closed inbox and a refused token end the attempt.
    """
    if show_order(seller_id=seller_id, order_id=order_id):
        return
    order = order_facts(seller_id, order_id)
    draw = KINDS.get(order.word)
    if draw is not None:
        send_notice(seller_id, order, kind=order.word, mark=order.word[:2].upper(), draw=lambda reference: draw(order, reference))
