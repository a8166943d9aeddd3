"""The history of the stock: written by the database itself, read by people."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models.stock_item import StockItem


class StockMovement(TenantModel):
    """One step of one item: import, reserve, release, allocate, deliver, replace, revoke, quarantine or invalidate.

    A trigger of catalog_stock_item writes it, so no verb can forget to; nobody else may write here, and nobody may change it. The
    item is there, because its own trigger says so and items are never deleted: no foreign key asks again.
    """

    item = TenantKey(StockItem, checked=False)
    kind = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    order_id = models.UUIDField(null=True)
    place = models.BigIntegerField(editable=False)

    class Meta:
        db_table = "catalog_stock_movement"
        indexes = [models.Index(fields=["seller_id", "item", "place"], name="catalog_stock_movement_item")]
