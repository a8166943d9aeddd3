"""Money sent to somebody's PIX key."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Payout(TenantModel):
    """One transfer out, sent at most once. Its id is reference and key at the provider; the destination is sealed.

    The database refuses a second live payout for one purpose.
    """

    purpose_kind = models.CharField(max_length=32)
    purpose_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    destination_sealed = models.BinaryField()
    state = models.CharField(max_length=12, default="created")
    version = models.PositiveIntegerField(default=0)
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64, blank=True)
    end_to_end_id = models.CharField(max_length=64, blank=True)
    fee_minor = models.BigIntegerField(default=0)
    failure_code = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField(null=True)
    unknown_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    troubles = models.PositiveIntegerField(default=0)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_payout"
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payments_payout_amount"),
            models.UniqueConstraint(
                fields=["seller_id", "purpose_kind", "purpose_id"],
                condition=~models.Q(state__in=["failed", "returned"]),
                name="payments_payout_one_live",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["paid", "returned"]) | ~models.Q(provider_id=""),
                name="payments_payout_paid_has_id",
            ),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], condition=models.Q(next_look_at__isnull=False), name="payments_payout_look"),
        ]
