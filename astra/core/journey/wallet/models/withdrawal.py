"""Money on its way from the wallet to the seller's PIX key."""

from django.db import models
from django.db.models import F, Q

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.wallet.machine import State
from astra.core.journey.wallet.models.payout_key import PayoutKey


class Withdrawal(TenantModel):
    """One withdrawal. ``amount_minor`` leaves the wallet; the fee is taken from it. Amounts and key never change."""

    amount_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    payout_key = TenantKey(PayoutKey)
    state = models.CharField(max_length=12, default=State.REQUESTED.value)
    version = models.PositiveIntegerField(default=0)
    payout_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "wallet_withdrawal"
        constraints = [
            models.CheckConstraint(condition=Q(fee_minor__gte=0, amount_minor__gt=F("fee_minor")), name="wallet_withdrawal_amount"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="wallet_withdrawal_state"),
            models.CheckConstraint(
                condition=~Q(state__in=["processing", "unknown", "paid", "failed", "returned"]) | Q(payout_id__isnull=False),
                name="wallet_withdrawal_has_payout",
            ),
            models.UniqueConstraint(fields=["seller_id", "payout_id"], name="wallet_withdrawal_payout_once"),
        ]
        indexes = [
            models.Index(fields=["seller_id", "created_at"], name="wallet_withdrawal_list"),
            models.Index(fields=["created_at"], condition=Q(state="requested"), name="wallet_withdrawal_review"),
        ]


class WithdrawalStep(TenantModel):
    """One step of a withdrawal: who, when, why. The database refuses any change of it."""

    withdrawal = TenantKey(Withdrawal)
    step = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "wallet_withdrawal_step"
        indexes = [models.Index(fields=["seller_id", "withdrawal"], name="wallet_withdrawal_timeline")]
