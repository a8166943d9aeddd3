"""What happened to an instance, in order: history, never changed."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.instances.real_clock import RealNow


class InstanceEvent(TenantModel):
    """One transition of ``seen_state``, with its reason and who caused it."""

    instance = TenantKey("instances.Instance", models.CASCADE)
    event = models.CharField(max_length=24)
    from_state = models.CharField(max_length=12)
    to_state = models.CharField(max_length=12)
    reason = models.CharField(max_length=48, blank=True)
    generation = models.PositiveIntegerField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_default=RealNow())

    class Meta:
        db_table = "instances_instance_event"
        indexes = [models.Index(fields=["seller_id", "instance", "at"], name="instances_event_time")]
