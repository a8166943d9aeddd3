"""What a seller owes or paid the operator for a plan, and the letters that reminded of it."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.billing.models.plan import Plan


class Invoice(TenantModel):
    """One period of a plan, or the step up to a dearer one. It has a number from the moment it is paid.

    ``card_tries`` counts how often the kept card was charged by itself; ``declined_code`` is the bank's last no.
    """

    START, RENEWAL, UPGRADE = "start", "renewal", "upgrade"
    OPEN, PAID, VOID, REFUNDED = "open", "paid", "void", "refunded"

    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, default=OPEN)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    from_plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", null=True)
    amount_minor = models.PositiveBigIntegerField()
    price_minor = models.PositiveBigIntegerField()
    credit_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    charge_id = models.UUIDField(null=True)
    payment_id = models.UUIDField(null=True)
    number = models.CharField(max_length=16, null=True)  # given by InvoiceCounter, once in the installation
    customer_name = models.CharField(max_length=80, blank=True)
    paid_at = models.DateTimeField(null=True)
    paid_by = models.CharField(max_length=8, blank=True)  # pix or card, once paid
    card_tries = models.PositiveSmallIntegerField(default=0)
    declined_code = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "billing_invoice"
        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "period_start"],
                condition=models.Q(kind="renewal", state__in=["open", "paid"]),
                name="billing_invoice_one_renewal",
            ),
            models.UniqueConstraint(fields=["seller_id", "number"], name="billing_invoice_number"),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="billing_invoice_amount"),
            models.CheckConstraint(
                condition=models.Q(state__in=["paid", "refunded"], number__isnull=False, paid_at__isnull=False, payment_id__isnull=False)
                | models.Q(state__in=["open", "void"], number=None, paid_at=None, payment_id=None),
                name="billing_invoice_paid_is_numbered",
            ),
        ]
        indexes = [models.Index(fields=["seller_id", "state"], name="billing_invoice_state")]


class Reminder(TenantModel):
    """A letter of the ladder: ``step`` is in days from the due date (−7 … 5). One per invoice and step."""

    invoice = TenantKey("billing.Invoice")
    step = models.SmallIntegerField()
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "billing_reminder"
        constraints = [models.UniqueConstraint(fields=["seller_id", "invoice", "step"], name="billing_reminder_once")]
