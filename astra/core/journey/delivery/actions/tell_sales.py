"""Sales keeps how far an order is; only delivery knows."""

import uuid

from astra.core.foundation.events import emit
from astra.core.journey.delivery.events import DeliveryDone
from astra.core.journey.delivery.machine import State
from astra.core.journey.delivery.models import Delivery
from astra.core.journey.sales.actions.record_fulfilment import record_fulfilment


def tell_sales(seller_id: uuid.UUID, order_id: uuid.UUID) -> str:
    """Records the fulfilment of an order in the caller's transaction and returns it: in_progress, partial, waiting_stock, done."""
    states = list(Delivery.objects.filter(seller_id=seller_id, order_id=order_id).values_list("state", flat=True))
    delivered = sum(state == State.DELIVERED for state in states)
    if State.WAITING_STOCK in states:
        fulfilment = "waiting_stock"
    elif delivered == len(states):
        fulfilment = "done"
    else:
        fulfilment = "partial" if delivered else "in_progress"
    record_fulfilment(seller_id=seller_id, order_id=order_id, fulfilment=fulfilment)
    if fulfilment == "done":
        emit(DeliveryDone(seller_id, order_id))
    return fulfilment
