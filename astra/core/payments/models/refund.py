"""Money on its way back to a payer."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class Refund(TenantModel):
    """One return of one payment, in full or in part. Its id is the reference at the provider; with ``generation`` the key.

    ``origin`` is ``ours``, or ``provider`` for one that the payer's bank made without being asked. The generation rises only
    after the provider surely refused: the same key would answer the same refusal for ever.
    """

    OURS, PROVIDER = "ours", "provider"

    payment = TenantKey("payments.Payment")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.CharField(max_length=64)
    origin = models.CharField(max_length=8, default="ours")
    state = models.CharField(max_length=12, default="requested")
    version = models.PositiveIntegerField(default=0)
    generation = models.PositiveIntegerField(default=0)
    provider_id = models.CharField(max_length=64, blank=True)
    return_id = models.CharField(max_length=64, blank=True)
    failure_code = models.CharField(max_length=64, blank=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    troubles = models.PositiveIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_refund"
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payments_refund_amount")]
        indexes = [
            models.Index(fields=["seller_id", "payment"], name="payments_refund_payment"),
            models.Index(fields=["next_look_at"], condition=models.Q(next_look_at__isnull=False), name="payments_refund_look"),
        ]
