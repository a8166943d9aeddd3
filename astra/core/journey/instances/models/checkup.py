"""What the doctor saw the last time: every step of the shop in its server, simulated."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class Checkup(TenantModel):
    """The latest examination of an instance, replaced by the next. ``steps`` are the verdicts of ``doctor.steps`` as plain data.

    Times are real time: permissions are Discord's, whatever the product's clock says.
    """

    instance = TenantKey("instances.Instance", models.CASCADE)
    asked_at = models.DateTimeField(null=True)
    examined_at = models.DateTimeField(null=True)
    steps = models.JSONField(default=list)
    # Why Discord could not be asked the last time; the steps are then older than the attempt.
    failure = models.CharField(max_length=48, blank=True)

    # Discord counts the day's gateway starts of a token, and we count ours: what is left over was another program's.
    starts_used = models.PositiveIntegerField(null=True)
    starts_ours = models.PositiveIntegerField(default=0)
    elsewhere_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances_checkup"
        constraints = [models.UniqueConstraint(fields=["seller_id", "instance"], name="instances_checkup_once")]
