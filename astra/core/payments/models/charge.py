"""A request for money with a code to pay it, or by card with a page or a kept card."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class Charge(TenantModel):
    """One attempt to be paid for one purpose. Its id is the reference and the idempotency key at the provider.

    ``account`` is the provider's account that made it; ``provider_rank`` and ``provider_updated_at`` say how new the last
    applied reading was, so that an older one changes nothing. ``next_look_at`` is when the janitor takes it up again.

    ``method`` is pix or card. ``saved_card`` is charged without its holder; ``keep_card`` has the provider keep the card that pays.
    ``declines`` counts the cards that were tried in vain so far, with the last one's code.
    """

    PIX, CARD = "pix", "card"

    purpose_kind = models.CharField(max_length=32)
    purpose_id = models.UUIDField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=140, blank=True)
    payer_name = models.CharField(max_length=120, blank=True)
    method = models.CharField(max_length=8, default=PIX)
    keep_card = models.BooleanField(default=False)
    saved_card = TenantKey("payments.SavedCard", null=True)
    return_url = models.CharField(max_length=500, blank=True)
    declines = models.PositiveIntegerField(default=0)
    declined_code = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=20, default="created")
    version = models.PositiveIntegerField(default=0)
    provider = models.CharField(max_length=16)
    provider_id = models.CharField(max_length=64, blank=True)
    account = models.CharField(max_length=64, blank=True)
    copy_paste = models.TextField(blank=True)
    pay_url = models.CharField(max_length=500, blank=True)
    provider_rank = models.SmallIntegerField(default=-1)
    provider_updated_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    troubles = models.PositiveIntegerField(default=0)
    failure_code = models.CharField(max_length=64, blank=True)
    next_look_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "payments_charge"
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payments_charge_amount"),
            models.CheckConstraint(
                condition=models.Q(method="card") | models.Q(method="pix", keep_card=False, saved_card=None), name="payments_charge_method"
            ),
            models.UniqueConstraint(
                fields=["seller_id", "provider", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="payments_charge_provider_id",
            ),
        ]
        indexes = [
            models.Index(fields=["seller_id", "purpose_kind", "purpose_id"], name="payments_charge_purpose"),
            models.Index(fields=["next_look_at"], condition=models.Q(next_look_at__isnull=False), name="payments_charge_look"),
        ]
