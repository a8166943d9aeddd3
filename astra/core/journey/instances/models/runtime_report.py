"""What a bot tells of itself beyond its state: its last lines, and how often it signed in at Discord."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.instances.real_clock import RealNow


class RuntimeReport(TenantModel):
    """One row per instance, bounded by construction: ``lines`` is a list of texts, latest last, that replaces itself.

    ``sign_ins`` is the last word of the copy of ``generation``; ``extra_sign_ins`` counts those beyond the first of each copy.
    """

    instance = TenantKey("instances.Instance", models.CASCADE)
    lines = models.JSONField(default=list)
    generation = models.PositiveIntegerField(default=0)
    sign_ins = models.PositiveIntegerField(default=0)
    extra_sign_ins = models.PositiveIntegerField(default=0)
    latency_ms = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(db_default=RealNow())

    class Meta:
        db_table = "instances_runtime_report"
        constraints = [models.UniqueConstraint(fields=["seller_id", "instance"], name="instances_runtime_report_once")]
