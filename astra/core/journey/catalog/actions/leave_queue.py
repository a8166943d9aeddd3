"""The money of an order went back: it waits for nothing any more."""

import uuid

from django.db.models import F

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.lock_variations import lock_variations
from astra.core.journey.catalog.models import Reservation
from astra.core.journey.catalog.models.reservation import ReservationState


def leave_queue(*, seller_id: uuid.UUID, order_id: uuid.UUID) -> int:
    """Ends what a paid order still waits for, in the caller's transaction; returns how many lines waited.

    Items that were bound to it before stay bound: they are never sold again. Doing it twice is harmless.
    """
    with acting_for(seller_id):
        queued = Reservation.objects.filter(order_id=order_id, state=ReservationState.QUEUED)
        lock_variations(set(queued.values_list("variation_id", flat=True)))
        empty = queued.filter(filled=0).update(state=ReservationState.RELEASED)
        return empty + queued.update(state=ReservationState.ALLOCATED, quantity=F("filled"))
