"""One thing of an order."""

from django.db import models
from django.db.models import F, Q

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models import Variation
from astra.core.journey.sales.models.order import Order

MAX_QUANTITY = 20


class OrderLine(TenantModel):
    """One variation and how many of it, with the words and the price of the moment the order was placed.

    The database refuses any change once the order is no cart any more.
    """

    order = TenantKey(Order)
    place = models.PositiveSmallIntegerField(default=0)
    variation = TenantKey(Variation)
    product_name = models.CharField(max_length=80)
    variation_name = models.CharField(max_length=80)
    quantity = models.PositiveSmallIntegerField()
    unit_price_minor = models.PositiveBigIntegerField()
    discount_minor = models.PositiveBigIntegerField(default=0)
    total_minor = models.PositiveBigIntegerField()

    class Meta:
        db_table = "sales_order_line"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "order", "place"], name="sales_order_line_place"),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=MAX_QUANTITY), name="sales_order_line_quantity"),
            models.CheckConstraint(
                condition=Q(total_minor=F("quantity") * F("unit_price_minor") - F("discount_minor")),
                name="sales_order_line_total",
            ),
        ]
