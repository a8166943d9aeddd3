"""Something the doctor found wrong, from when it was seen first until it was put right."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.instances.doctor.steps import ELSEWHERE
from astra.core.journey.instances.real_clock import RealNow

# Rows of which the owners hear before they look: ``doctor.steps.Step.is_told`` of a row.
TOLD = models.Q(verdict="blocked") | models.Q(step=ELSEWHERE)


class Finding(TenantModel):
    """One step that does not work in one place. ``closed_at`` is set by the examination that finds it right again."""

    VERDICTS = [(word, word) for word in ("blocked", "warned")]

    instance = TenantKey("instances.Instance", models.CASCADE)
    step = models.CharField(max_length=24)
    # A channel's or role's id; empty for what concerns the bot as a whole.
    place = models.CharField(max_length=20, blank=True)
    place_name = models.CharField(max_length=100, blank=True)
    verdict = models.CharField(max_length=8, choices=VERDICTS)
    reason = models.CharField(max_length=48)
    facts = models.JSONField(default=dict)
    since_at = models.DateTimeField(db_default=RealNow())
    seen_at = models.DateTimeField(db_default=RealNow())
    closed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances_finding"
        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "instance", "step", "place"], condition=models.Q(closed_at=None), name="instances_finding_open_once"
            ),
            models.CheckConstraint(condition=models.Q(verdict__in=["blocked", "warned"]), name="instances_finding_verdict"),
        ]
        indexes = [models.Index(fields=["reason"], condition=models.Q(closed_at=None), name="instances_finding_open")]
