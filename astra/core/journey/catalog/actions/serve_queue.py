"""Free items go to paid orders that wait, before anything goes on sale."""

import uuid
from collections.abc import Collection
from pathlib import Path

from django.db import connection

from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.lock_variations import lock_variations
from astra.core.journey.catalog.events import WaitingServed

SERVE = (Path(__file__).parent / "serve_queue.sql").read_text(encoding="utf-8")


def serve_queue(*, seller_id: uuid.UUID, variation_ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Fills waiting reservations of these variations from what is free, by order of payment, in the caller's transaction.

    Returns the orders that received at least one item, oldest payment first, and emits WaitingServed for each.
    """
    served: dict[uuid.UUID, int] = {}
    with acting_for(seller_id):
        lock_variations(variation_ids)
        for variation_id in sorted(variation_ids):
            with connection.cursor() as cursor:
                cursor.execute(SERVE, {"seller_id": seller_id, "variation_id": variation_id})
                for order_id, count in cursor.fetchall():
                    served[order_id] = served.get(order_id, 0) + int(count)
        for order_id in served:
            emit(WaitingServed(seller_id, order_id))
    return list(served)
