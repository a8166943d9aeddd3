"""Publication's jobs: thin, safe to repeat."""

import uuid

from astra.core.foundation.jobs import job
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Variation
from astra.core.journey.publication.actions.mark_outdated import mark_outdated


@job("publication.refresh_product")
def refresh_product_job(*, seller_id: str, product_id: str = "", variation_id: str = "", **_: str) -> None:
    """From ProductChanged (names the product) and StockImported (names a variation)."""
    seller = uuid.UUID(seller_id)
    product = uuid.UUID(product_id) if product_id else None
    if product is None:
        with acting_for(seller):
            product = Variation.objects.filter(seller_id=seller, id=uuid.UUID(variation_id)).values_list("product_id", flat=True).first()
    if product is not None:
        mark_outdated(seller_id=seller, product_id=product)


@job("publication.refresh_instance")
def refresh_instance_job(*, seller_id: str, instance_id: str, **_: str) -> None:
    """From InstanceRecoloured."""
    mark_outdated(seller_id=uuid.UUID(seller_id), instance_id=uuid.UUID(instance_id))
