"""A transfer: one event of business, posted once."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class Transfer(TenantModel):
    """Money that moved for one reason. Its entries add up to zero; it is never changed."""

    place = models.BigIntegerField(db_default=0)
    kind = models.CharField(max_length=32)
    key = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    reverses = TenantKey("ledger.Transfer", null=True)
    object_kind = models.CharField(max_length=32, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        db_table = "ledger_transfer"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "kind", "key"], name="ledger_transfer_once"),
            models.UniqueConstraint(fields=["seller_id", "reverses"], name="ledger_transfer_reversed_once"),
            models.CheckConstraint(condition=~models.Q(key=""), name="ledger_transfer_has_key"),
        ]
        indexes = [
            models.Index(fields=["seller_id", "place"], name="ledger_transfer_place"),
            models.Index(fields=["place"], condition=models.Q(kind="sale"), name="ledger_transfer_sales"),
            models.Index(fields=["seller_id", "object_kind", "object_id"], name="ledger_transfer_object"),
        ]
