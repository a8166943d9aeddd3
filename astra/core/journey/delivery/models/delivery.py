"""The way of one order line to its buyer."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.delivery.machine import State
from astra.core.journey.delivery.models.notice import Notice
from astra.core.journey.sales.models import Order, OrderLine


class Delivery(TenantModel):
    """One order line on its way: which items are bound to it says DeliveredItem."""

    order = TenantKey(Order)
    line = TenantKey(OrderLine)
    notice = TenantKey(Notice)
    quantity = models.PositiveIntegerField()
    state = models.CharField(max_length=16, default=State.PENDING.value)
    delivered_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_delivery"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "line"], name="delivery_delivery_one_per_line"),
            models.CheckConstraint(condition=models.Q(state__in=[state.value for state in State]), name="delivery_delivery_state"),
            models.CheckConstraint(
                condition=~models.Q(state="delivered") | models.Q(delivered_at__isnull=False),
                name="delivery_delivery_when",
            ),
        ]
        indexes = [models.Index(fields=["seller_id", "order"], name="delivery_delivery_order")]
