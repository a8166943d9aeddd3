"""Carts that nobody came back to."""

import datetime
import uuid

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.actions.move_order import move_order
from astra.core.journey.sales.models import Order
from astra.core.journey.sales.models.order_state import Commercial, Move

UNTOUCHED = datetime.timedelta(hours=24)
AT_ONCE = 200


def abandon_drafts(*, seller_id: uuid.UUID) -> int:
    """Ends carts that were not touched for a day, up to 200 at once; returns how many. Carts hold nothing, so nothing is freed."""
    with acting_for(seller_id):
        old = Order.objects.select_for_update(no_key=True, skip_locked=True).filter(
            commercial=Commercial.DRAFT,
            touched_at__lt=AstraNow() - UNTOUCHED,
        )
        drafts = list(old.order_by("touched_at")[:AT_ONCE])
        for order in drafts:
            move_order(order, Move.ABANDON, actor=Actor.system("sales"), kind="abandoned", closed_at=AstraNow())
    return len(drafts)
