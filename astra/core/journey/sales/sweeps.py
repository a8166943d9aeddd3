"""What a lost job leaves behind is found here, every ten seconds or so."""

import uuid

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.sales.actions.abandon_drafts import UNTOUCHED, abandon_drafts
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Commercial

AT_ONCE = 200


def sweep_expired_orders() -> int:
    """Wakes the expiry of every order whose time is over; returns how many. The action itself decides and is repeatable."""
    with as_system():
        due = Order.objects.filter(commercial=Commercial.AWAITING_PAYMENT, expires_at__lte=AstraNow())
        found: list[tuple[uuid.UUID, uuid.UUID]] = list(due.order_by("expires_at").values_list("seller_id", "id")[:AT_ONCE])
    for seller_id, order_id in found:
        enqueue("sales.expire_order", seller_id=seller_id, order_id=order_id)
    return len(found)


def sweep_abandoned_drafts() -> int:
    """Ends carts that were not touched for a day; returns how many."""
    with as_system():
        old = Order.objects.filter(commercial=Commercial.DRAFT, touched_at__lt=AstraNow() - UNTOUCHED)
        sellers = list(old.order_by().values_list("seller_id", flat=True).distinct()[:AT_ONCE])
    return sum(abandon_drafts(seller_id=seller_id) for seller_id in sellers)
