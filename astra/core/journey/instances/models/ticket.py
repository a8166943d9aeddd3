"""The single-use ticket by which a started process proves that it is the one that was started."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel


class StartTicket(TenantModel):
    """Only the SHA-256 of the ticket is kept. It opens one session, once, within two minutes, for one generation."""

    instance = TenantKey("instances.Instance", models.CASCADE)
    generation = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances_start_ticket"
        constraints = [models.UniqueConstraint(fields=["seller_id", "hash"], name="instances_start_ticket_hash")]
