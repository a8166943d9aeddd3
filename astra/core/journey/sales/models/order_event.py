"""The life of an order, step by step."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.sales.models.order import Order


class OrderEvent(TenantModel):
    """One step: who, when, what and why. The database refuses any change of it.

    ``place`` comes from a sequence: rows of one transaction have the same time but not the same place. ``key`` makes a step
    that may be reported twice (a refund) be written once.
    """

    order = TenantKey(Order)
    place = models.BigIntegerField(editable=False)
    kind = models.CharField(max_length=24)
    key = models.CharField(max_length=64, null=True)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "sales_order_event"
        constraints = [models.UniqueConstraint(fields=["seller_id", "order", "kind", "key"], name="sales_order_event_once")]
        indexes = [models.Index(fields=["seller_id", "order", "place"], name="sales_order_event_timeline")]
