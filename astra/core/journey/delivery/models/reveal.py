"""Who saw the goods, and when."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.sales.models import Order


class Reveal(TenantModel):
    """One opening of the goods by the buyer: proof of receipt, and the start of the warranty. It is never changed."""

    order = TenantKey(Order)
    buyer_id = models.CharField(max_length=32)
    interaction_id = models.CharField(max_length=64)
    items = models.PositiveIntegerField()

    class Meta:
        db_table = "delivery_reveal"
        constraints = [models.UniqueConstraint(fields=["seller_id", "order", "interaction_id"], name="delivery_reveal_once")]
