"""The only way from an id in a request to something of the catalog."""

import uuid

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Coupon
from astra.core.journey.catalog.queries import (
    CouponFacts,
    ProductFacts,
    VariationFacts,
    coupon_facts,
    product_facts,
    variation_facts,
)


def access_product(seller_id: uuid.UUID, product_id: uuid.UUID) -> ProductFacts:
    """A product of this seller, archived or not. Raises NotFound."""
    return product_facts(seller_id, product_id)


def access_variation(seller_id: uuid.UUID, variation_id: uuid.UUID) -> VariationFacts:
    """A variation on offer of this seller. Raises NotFound."""
    return variation_facts(seller_id, variation_id)


def access_coupon(seller_id: uuid.UUID, coupon_id: uuid.UUID) -> CouponFacts:
    """A coupon of this seller. Raises NotFound."""
    with acting_for(seller_id):
        row = Coupon.objects.filter(id=coupon_id).first()
        if row is None:
            raise NotFound
        return coupon_facts(row)
