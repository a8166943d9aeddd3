"""A seller decides what happens when the stock of a product ends."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.create_product import check_no_stock
from astra.core.journey.catalog.events import ProductChanged
from astra.core.journey.catalog.models import Product


def set_no_stock(*, seller_id: uuid.UUID, product_id: uuid.UUID, no_stock: str, actor: Actor) -> None:
    """Sets ``refuse`` or ``wait`` for orders to come; placed orders keep the word they were placed under. Raises NotFound."""
    check_no_stock(no_stock)
    with acting_for(seller_id):
        if not Product.objects.filter(id=product_id).update(no_stock=no_stock):
            raise NotFound
        record(
            seller_id=seller_id,
            actor=actor,
            verb="set_no_stock",
            object_kind="product",
            object_id=product_id,
            facts={"no_stock": no_stock},
        )
        emit(ProductChanged(seller_id, product_id))
