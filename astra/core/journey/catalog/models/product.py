"""What a seller offers."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class NoStock(models.TextChoices):
    """What happens when there is not enough: refuse before paying, or let the buyer agree to wait."""

    REFUSE = "refuse"
    WAIT = "wait"


class Product(TenantModel):
    """One product. It is archived, never deleted: what was paid is still delivered."""

    name = models.CharField(max_length=80)
    description = models.TextField(max_length=2000, blank=True)
    no_stock = models.CharField(max_length=8, choices=NoStock.choices, default=NoStock.REFUSE)
    currency = models.CharField(max_length=3)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "catalog_product"
        constraints = [models.CheckConstraint(condition=models.Q(no_stock__in=NoStock.values), name="catalog_product_no_stock")]
        indexes = [models.Index(fields=["seller_id", "created_at"], name="catalog_product_list")]
