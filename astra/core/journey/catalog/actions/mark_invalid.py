"""An item turned out to be bad: it is never sold again, and who waits for it comes first."""

import uuid

from django.db.models import F

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.lock_variations import lock_variations
from astra.core.journey.catalog.actions.serve_queue import serve_queue
from astra.core.journey.catalog.models import Reservation, StockItem
from astra.core.journey.catalog.models.reservation import ReservationState
from astra.core.journey.catalog.models.stock_item import StockState


def mark_invalid(*, seller_id: uuid.UUID, item_id: uuid.UUID, actor: Actor, reason: str) -> None:
    """Takes an available, allocated or delivered item out for good.

    When it was bound to a paid order and not delivered yet, the order is short again: it queues with the place of its
    payment and gets the next free item at once. Raises NotFound for an item that cannot be taken out.
    """
    with acting_for(seller_id):
        variation_id = StockItem.objects.filter(id=item_id).values_list("variation_id", flat=True).first()
        if variation_id is None:
            raise NotFound
        lock_variations([variation_id])
        item = StockItem.objects.select_for_update().get(id=item_id)
        before = StockState(item.state)
        if before not in (StockState.AVAILABLE, StockState.QUARANTINED, StockState.ALLOCATED, StockState.DELIVERED):
            raise NotFound
        StockItem.objects.filter(id=item_id).update(state=StockState.INVALID)
        record(seller_id=seller_id, actor=actor, verb="mark_invalid", object_kind="stock_item", object_id=item_id, reason=reason)
        if before == StockState.ALLOCATED and item.reservation_id is not None:
            Reservation.objects.filter(id=item.reservation_id).update(filled=F("filled") - 1, state=ReservationState.QUEUED)
            serve_queue(seller_id=seller_id, variation_ids=[variation_id])
