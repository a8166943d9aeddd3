"""A message whose only button opens the goods of one order."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class GoodsButton(TenantModel):
    """Where we put such a button, and since when it has been the only one there (Discord's own clock, in milliseconds)."""

    order_id = models.UUIDField()
    message_id = models.CharField(max_length=24)
    since_ms = models.BigIntegerField()

    class Meta:
        db_table = "discord_goods_button"
        constraints = [models.UniqueConstraint(fields=["seller_id", "message_id"], name="discord_goods_button_message")]
