"""A seller offers an archived product again."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.entitlements import with_lifting_plan
from astra.core.journey.catalog.actions.create_product import TooManyProducts
from astra.core.journey.catalog.events import ProductChanged
from astra.core.journey.catalog.models import Product


def restore_product(*, seller_id: uuid.UUID, product_id: uuid.UUID, actor: Actor) -> None:
    """Puts an archived product on sale again. Raises NotFound, TooManyProducts."""
    with acting_for(seller_id):
        if not Product.objects.filter(id=product_id).exists():
            raise NotFound
        most = allowance(seller_id).max_products
        if Product.objects.filter(archived_at=None).exclude(id=product_id).count() >= most:
            raise TooManyProducts(with_lifting_plan(TooManyProducts.text, "max_products", most))
        if Product.objects.filter(id=product_id, archived_at__isnull=False).update(archived_at=None):
            record(seller_id=seller_id, actor=actor, verb="restore_product", object_kind="product", object_id=product_id)
            emit(ProductChanged(seller_id, product_id))
