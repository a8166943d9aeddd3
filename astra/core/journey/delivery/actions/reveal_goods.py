"""The buyer opens the goods."""

import uuid
from dataclasses import dataclass

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.failure import Failure, NotFound
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.mark_delivered import mark_delivered
from astra.core.journey.catalog.queries import allocations, open_items
from astra.core.journey.delivery.actions.open_deliveries import DELIVERABLE, open_deliveries
from astra.core.journey.delivery.actions.tell_sales import tell_sales
from astra.core.journey.delivery.machine import Step, sources, target
from astra.core.journey.delivery.models import DeliveredItem, Delivery, Notice, Reveal
from astra.core.journey.sales.models import Order, OrderLine


class NotPaid(Failure):
    """There are no goods to show: the order was not paid, or its money is going back. Nothing was opened."""

    label = "not_paid"
    text = _("This order has no goods to show: it is not paid, or its money is on the way back. Nothing was opened.")


@dataclass(frozen=True, slots=True)
class Revealed:
    """The goods of one line."""

    product_name: str
    variation_name: str
    secrets: list[Secret]


def reveal_goods(*, seller_id: uuid.UUID, order_id: uuid.UUID, buyer_id: str, interaction_id: str) -> list[Revealed]:
    """Opens what the buyer's order has so far, line by line, and logs who saw it by which interaction.

    The same goods every time; a line that still waits for stock shows what it has. Raises NotFound for an order of somebody
    else, NotPaid. Called before the goods are written anywhere: what is logged may have been seen.
    """
    with acting_for(seller_id):
        order = Order.objects.filter(seller_id=seller_id, id=order_id, buyer_id=buyer_id).first()
        if order is None:
            raise NotFound(order_id=str(order_id))
        if order.commercial not in DELIVERABLE:
            raise NotPaid(order_id=str(order_id))
        open_deliveries(seller_id=seller_id, order_id=order_id)
        # Locked like every verb of an order's delivery: a record that comes meanwhile waits its turn.
        Notice.objects.select_for_update().filter(seller_id=seller_id, order_id=order_id).first()
        items = {line.line_id: line.item_ids for line in allocations(seller_id, order_id)}
        every = [item_id for ids in items.values() for item_id in ids]
        opened = dict(zip(every, open_items(seller_id, every), strict=True)) if every else {}
        if every:
            _log(seller_id, order, interaction_id, every)
        lines = OrderLine.objects.filter(seller_id=seller_id, order_id=order_id).order_by("place")
        return [Revealed(line.product_name, line.variation_name, [opened[item_id] for item_id in items.get(line.id, ())]) for line in lines]


def _log(seller_id: uuid.UUID, order: Order, interaction_id: str, item_ids: list[uuid.UUID]) -> None:
    Reveal.objects.bulk_create(
        [Reveal(seller_id=seller_id, order=order, buyer_id=order.buyer_id, interaction_id=interaction_id, items=len(item_ids))],
        ignore_conflicts=True,
    )
    mark_delivered(seller_id=seller_id, item_ids=item_ids)
    with_items = DeliveredItem.objects.filter(seller_id=seller_id, stock_item_id__in=item_ids).values("delivery_id")
    Delivery.objects.filter(seller_id=seller_id, id__in=with_items, viewed_at=None).update(viewed_at=AstraNow())
    moved = Delivery.objects.filter(seller_id=seller_id, order=order, state__in=sources(Step.IS_REVEALED)).update(
        state=target(Step.IS_REVEALED), delivered_at=Coalesce("delivered_at", AstraNow())
    )
    if moved:
        tell_sales(seller_id, order.id)
