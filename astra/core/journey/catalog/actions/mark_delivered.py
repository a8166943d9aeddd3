"""The buyer has seen the goods."""

import uuid
from collections.abc import Sequence

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import StockItem
from astra.core.journey.catalog.models.stock_item import StockState


def mark_delivered(*, seller_id: uuid.UUID, item_ids: Sequence[uuid.UUID]) -> int:
    """Turns allocated items into delivered ones in the caller's transaction; returns how many were new."""
    with acting_for(seller_id):
        return StockItem.objects.filter(id__in=item_ids, state=StockState.ALLOCATED).update(state=StockState.DELIVERED)
