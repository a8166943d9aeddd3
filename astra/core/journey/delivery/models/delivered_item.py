"""Which item a line got."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models import StockItem
from astra.core.journey.delivery.models.delivery import Delivery


class DeliveredItem(TenantModel):
    """One stock item bound to one delivery, for ever: the database refuses a second delivery of it, and any change."""

    delivery = TenantKey(Delivery)
    stock_item = TenantKey(StockItem)

    class Meta:
        db_table = "delivery_item"
        constraints = [models.UniqueConstraint(fields=["seller_id", "stock_item"], name="delivery_item_once")]
        indexes = [models.Index(fields=["seller_id", "delivery"], name="delivery_item_delivery")]
