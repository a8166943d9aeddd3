"""A seller's place in a plan."""

import uuid

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel
from astra.core.journey.billing.models.plan import Plan


class Subscription(TenantModel):
    """The plan of a seller, from when to when. One row per seller and plan: a trial happens once."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+")
    started_by: "models.UUIDField[uuid.UUID, uuid.UUID]" = models.UUIDField()
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        db_table = "billing_subscription"
        constraints = [models.UniqueConstraint(fields=["seller_id", "plan"], name="billing_subscription_once")]
