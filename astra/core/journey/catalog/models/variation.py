"""A kind of a product with a price of its own."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models.product import Product


class Variation(TenantModel):
    """One variation; its row is what stock changes of the variation queue up behind."""

    product = TenantKey(Product)
    name = models.CharField(max_length=80)
    price_minor = models.PositiveIntegerField()
    place = models.PositiveSmallIntegerField()
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "catalog_variation"
        constraints = [
            models.CheckConstraint(condition=models.Q(price_minor__gte=1), name="catalog_variation_price"),
            models.UniqueConstraint(
                fields=["seller_id", "product", "name"],
                condition=models.Q(archived_at=None),
                name="catalog_variation_name",
            ),
        ]
