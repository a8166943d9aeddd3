"""Whoever queues, serves the queue or adds stock does so one after the other, per variation."""

import uuid
from collections.abc import Collection

from astra.core.journey.catalog.models import Variation


def lock_variations(variation_ids: Collection[uuid.UUID]) -> None:
    """Holds the rows of these variations until the transaction ends, always in the same order.

    Without it a payment that finds no stock and a restock that finds no queue could pass each other, and an item would be
    on sale while a paid order waits. ``NO KEY``: new reservations, which only refer to the row, do not wait.
    """
    list(Variation.objects.select_for_update(no_key=True).filter(id__in=variation_ids).order_by("id").values_list("id"))
