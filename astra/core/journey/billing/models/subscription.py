"""A seller's place in a plan, and what happened to it."""

import uuid

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel
from astra.core.journey.billing.models.plan import Plan


class Subscription(TenantModel):
    """The plan of a seller: one row for good. ``started_at`` and ``ends_at`` bound the current period."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    next_plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", null=True)
    state = models.CharField(max_length=12, default="trialing")
    started_by: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    anchor_day = models.PositiveSmallIntegerField(default=1)
    cancel_at_period_end = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True)
    next_turn_at = models.DateTimeField(null=True, db_index=True)

    class Meta:
        db_table = "billing_subscription"
        constraints = [models.UniqueConstraint(fields=["seller_id"], name="billing_subscription_one")]


class SubscriptionEvent(TenantModel):
    """One step of a subscription; written once."""

    event = models.CharField(max_length=32)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    actor_kind = models.CharField(max_length=16)

    class Meta:
        db_table = "billing_subscription_event"
        indexes = [models.Index(fields=["seller_id", "id"], name="billing_event_order")]
