"""A seller stops offering a product."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.events import ProductChanged
from astra.core.journey.catalog.models import Product


def archive_product(*, seller_id: uuid.UUID, product_id: uuid.UUID, actor: Actor) -> None:
    """Takes a product off sale. Its stock stays, orders already placed are paid and delivered as ever. Raises NotFound."""
    with acting_for(seller_id):
        if not Product.objects.filter(id=product_id).exists():
            raise NotFound
        if Product.objects.filter(id=product_id, archived_at=None).update(archived_at=AstraNow()):
            record(seller_id=seller_id, actor=actor, verb="archive_product", object_kind="product", object_id=product_id)
            emit(ProductChanged(seller_id, product_id))
