"""Money that arrived for a charge."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class Payment(TenantModel):
    """One payment at the provider. A code that was paid twice has two.

    ``state``: ``received`` only inside the transaction that takes it; then ``applied`` (the purpose took it) or ``parked`` with a
    ``reason``. A parked one goes back at ``refund_at`` unless it is accepted before. ``payer_key`` is the mark of what identifies
    the payer at the provider: the same for the same document, account or card, and readable by nobody.
    """

    RECEIVED, APPLIED, PARKED = "received", "applied", "parked"
    WRONG_AMOUNT, WRONG_CURRENCY, WRONG_ACCOUNT, WRONG_REFERENCE = "wrong_amount", "wrong_currency", "wrong_account", "wrong_reference"
    SECOND, NOT_TAKEN = "second_payment", "not_taken"

    charge = TenantKey("payments.Charge")
    provider = models.CharField(max_length=16)
    provider_payment_id = models.CharField(max_length=64)
    end_to_end_id = models.CharField(max_length=64, blank=True)
    payer_key = models.CharField(max_length=64, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    fee_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField()
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    refund_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_payment"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "provider", "provider_payment_id"], name="payments_payment_once"),
            models.UniqueConstraint(
                fields=["seller_id", "charge"], condition=models.Q(state="applied"), name="payments_payment_one_applied"
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payments_payment_amount"),
            models.CheckConstraint(
                condition=models.Q(refunded_minor__gte=0, refunded_minor__lte=models.F("amount_minor")),
                name="payments_payment_refunded",
            ),
            models.CheckConstraint(condition=models.Q(state__in=["received", "applied", "parked"]), name="payments_payment_state"),
        ]
        indexes = [
            models.Index(fields=["refund_at"], condition=models.Q(refund_at__isnull=False), name="payments_payment_refund_at"),
            models.Index(fields=["seller_id"], condition=models.Q(state="parked"), name="payments_payment_parked"),
        ]
