"""What an unpaid order held goes back: first to those who paid and wait, then on sale."""

import uuid

from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.lock_variations import lock_variations
from astra.core.journey.catalog.actions.serve_queue import serve_queue
from astra.core.journey.catalog.events import ProductChanged
from astra.core.journey.catalog.models import Reservation, StockItem, Variation
from astra.core.journey.catalog.models.reservation import ReservationState
from astra.core.journey.catalog.models.stock_item import StockState
from astra.core.journey.catalog.queries import few_available, in_words

UNPAID = (ReservationState.HELD, ReservationState.WAITING_UNPAID)


def release(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> int:
    """Ends the unpaid reservations of an order in the caller's transaction; returns how many items became free.

    A second call does nothing; what is paid (queued or allocated) is not touched.
    """
    with acting_for(seller_id):
        variation_ids = set(Reservation.objects.filter(order_id=order_id, state__in=UNPAID).values_list("variation_id", flat=True))
        lock_variations(variation_ids)
        reservations = list(
            Reservation.objects.select_for_update().filter(order_id=order_id, state__in=UNPAID).order_by("id").values_list("id", flat=True)
        )
        items = StockItem.objects.filter(reservation_id__in=reservations, state=StockState.RESERVED)
        freed = items.update(state=StockState.AVAILABLE, reservation=None, order_id=None, line_id=None)
        Reservation.objects.filter(id__in=reservations).update(state=ReservationState.RELEASED, filled=0)
        if freed:
            serve_queue(seller_id=seller_id, variation_ids=variation_ids)
            _tell_when_words_change(seller_id, variation_ids, freed)
    return freed


def _tell_when_words_change(seller_id: uuid.UUID, variation_ids: set[uuid.UUID], freed: int) -> None:
    products = dict(Variation.objects.filter(id__in=variation_ids).values_list("id", "product_id"))
    changed = set()
    for variation_id, product_id in products.items():
        left = few_available(variation_id)
        if in_words(left) != in_words(max(0, left - freed)):
            changed.add(product_id)
    for product_id in sorted(changed):
        emit(ProductChanged(seller_id, product_id))
