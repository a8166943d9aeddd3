"""The short-lived credential of one running process."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class RuntimeSession(TenantModel):
    """Holds the public key that the process made for itself; every request is signed by its other half."""

    instance = TenantKey("instances.Instance", models.CASCADE)
    generation = models.PositiveIntegerField()
    public_key = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances_runtime_session"
        indexes = [models.Index(fields=["seller_id", "instance"], name="instances_session_instance")]
