"""What can be subscribed to. Global: the same plans for every seller."""

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id


class Plan(models.Model):
    """One version of a plan with its terms, which never change: an edited plan is a new row, and who has the old one keeps it."""

    TRIAL = "trial"
    MONTH = "month"
    YEAR = "year"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=60)
    period = models.CharField(max_length=8, default=TRIAL)
    days = models.PositiveIntegerField()
    price_minor = models.PositiveBigIntegerField(default=0)
    currency = models.CharField(max_length=3, default="BRL")
    fee_basis_points = models.PositiveIntegerField()
    max_instances = models.PositiveIntegerField()
    max_products = models.PositiveIntegerField()
    max_members = models.PositiveIntegerField(default=1)
    engines = models.JSONField(default=list)
    is_current = models.BooleanField(default=True)
    is_hidden = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=AstraNow(), editable=False)

    class Meta:
        db_table = "billing_plan"
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="billing_plan_version"),
            models.UniqueConstraint(fields=["code"], condition=models.Q(is_current=True), name="billing_plan_one_current"),
            models.CheckConstraint(condition=models.Q(period__in=["trial", "month", "year"]), name="billing_plan_period"),
            models.CheckConstraint(condition=models.Q(period="trial") | models.Q(price_minor__gt=0), name="billing_plan_costs"),
        ]


class InvoiceCounter(models.Model):
    """The last number given in a year. Its row is locked by whoever takes the next: no gap, no number twice."""

    year = models.PositiveIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "billing_invoice_counter"
