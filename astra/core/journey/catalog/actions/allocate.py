"""A payment turns what was held into what will be handed over, or into a place in the queue."""

import uuid

from django.db import connection

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.lock_variations import lock_variations
from astra.core.journey.catalog.actions.reserve import OutOfStock
from astra.core.journey.catalog.models import Reservation, StockItem
from astra.core.journey.catalog.models.product import NoStock
from astra.core.journey.catalog.models.reservation import ReservationState
from astra.core.journey.catalog.models.stock_item import StockState
from astra.core.journey.catalog.queries import Allocated, allocations


def allocate(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> list[Allocated]:
    """Binds items to every line of a paid order, in the caller's transaction.

    What was held is taken; what was released meanwhile (a payment after the reservation ended) is taken again from what is
    free now. A line that is still short takes its place in the queue when the product lets buyers wait; otherwise
    OutOfStock is raised and nothing of the order is bound. A second call returns what the first one did.
    """
    with acting_for(seller_id):
        lock_variations(set(Reservation.objects.filter(order_id=order_id).values_list("variation_id", flat=True)))
        reservations = list(Reservation.objects.select_for_update().filter(order_id=order_id).order_by("line_id"))
        for reservation in reservations:
            if reservation.state not in (ReservationState.QUEUED, ReservationState.ALLOCATED):
                _bind(reservation)
        return allocations(seller_id, order_id)


def _bind(reservation: Reservation) -> None:
    bound = StockItem.objects.filter(reservation=reservation, state=StockState.RESERVED).update(state=StockState.ALLOCATED)
    if bound < reservation.quantity:
        bound += _take_free(reservation, reservation.quantity - bound)
    if bound < reservation.quantity and reservation.no_stock != NoStock.WAIT:
        raise OutOfStock(held=bound, quantity=reservation.quantity)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('catalog_queue_place')")
        place = cursor.fetchone()[0]
    Reservation.objects.filter(id=reservation.id).update(
        filled=bound,
        state=ReservationState.ALLOCATED if bound == reservation.quantity else ReservationState.QUEUED,
        queue_place=place,
    )


def _take_free(reservation: Reservation, quantity: int) -> int:
    # Waits for an item that another buyer is just taking (no SKIP LOCKED): were he to fail, the item would be on sale while
    # this paid order queues. Nothing is ever free while others queue, so nobody is overtaken.
    free = StockItem.objects.select_for_update().filter(variation_id=reservation.variation_id, state=StockState.AVAILABLE)
    chosen = list(free.order_by("place").values_list("id", flat=True)[:quantity])
    return StockItem.objects.filter(id__in=chosen).update(
        state=StockState.ALLOCATED,
        reservation=reservation,
        order_id=reservation.order_id,
        line_id=reservation.line_id,
    )
