"""What happened to a charge, payment, refund or payout: append-only."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class History(TenantModel):
    """One step of one thing, written in the transaction that made it. The database refuses any change of it."""

    object_kind = models.CharField(max_length=12)
    object_id = models.UUIDField()
    event = models.CharField(max_length=24)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, blank=True)
    actor = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "payments_history"
        indexes = [models.Index(fields=["seller_id", "object_kind", "object_id"], name="payments_history_object")]
