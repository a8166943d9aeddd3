"""What a seller earned by one sale."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.sales.models import Order
from astra.core.ledger.models import Transfer


class Earning(TenantModel):
    """The seller's part of one sale posting, pending until ``clears_at``; ``cleared_at`` is when it became available."""

    order = TenantKey(Order)
    transfer = TenantKey(Transfer)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    clears_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wallet_earning"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "transfer"], name="wallet_earning_once"),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="wallet_earning_amount"),
        ]
        indexes = [models.Index(fields=["clears_at"], condition=models.Q(cleared_at=None), name="wallet_earning_pending")]
