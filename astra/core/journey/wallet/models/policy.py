"""What the operator demands of money on its way out."""

from django.db import models

from astra.core.foundation.clock import AstraNow


class WithdrawalPolicy(models.Model):
    """The rules from one moment on. The newest row is in force; earlier ones stay, and the database refuses changes."""

    hold_days = models.PositiveIntegerField()
    key_cooldown_hours = models.PositiveIntegerField()
    minimum_minor = models.PositiveBigIntegerField()
    fee_minor = models.PositiveBigIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=AstraNow(), editable=False)

    class Meta:
        db_table = "wallet_policy"
