"""Clicks that were taken already."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.sales.models.order import Order


class OrderClick(TenantModel):
    """One click of a buyer and the order it led to: the same click again leads to the same order, whatever became of it."""

    click_id = models.CharField(max_length=64)
    verb = models.CharField(max_length=16)
    order = TenantKey(Order)

    class Meta:
        db_table = "sales_order_click"
        constraints = [models.UniqueConstraint(fields=["seller_id", "verb", "click_id"], name="sales_order_click_once")]
