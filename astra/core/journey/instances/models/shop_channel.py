"""A channel that the seller wants to sell in, chosen before anything is published there."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class ShopChannel(TenantModel):
    """One channel of the instance's server; the doctor examines it from then on."""

    instance = TenantKey("instances.Instance", models.CASCADE)
    channel_id = models.CharField(max_length=20)
    name = models.CharField(max_length=100, blank=True)

    class Meta:
        db_table = "instances_shop_channel"
        constraints = [models.UniqueConstraint(fields=["seller_id", "instance", "channel_id"], name="instances_shop_channel_once")]
