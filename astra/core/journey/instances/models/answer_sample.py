"""How fast people were answered, five minutes at a time."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class AnswerSample(TenantModel):
    """The clicks of one instance in the five minutes from ``begins_at`` (real time). Kept for two days."""

    instance = TenantKey("instances.Instance", models.CASCADE)
    begins_at = models.DateTimeField()
    answers = models.PositiveIntegerField(default=0)
    total_ms = models.PositiveBigIntegerField(default=0)
    worst_ms = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "instances_answer_sample"
        constraints = [models.UniqueConstraint(fields=["seller_id", "instance", "begins_at"], name="instances_answer_sample_once")]
        indexes = [models.Index(fields=["begins_at"], name="instances_answer_sample_age")]
