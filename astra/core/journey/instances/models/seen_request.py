"""Stamps of signed requests that were taken, so that none is taken twice."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.instances.real_clock import RealNow


class SeenRequest(TenantModel):
    """One request of one session; kept for longer than a signature is young, then swept."""

    session = TenantKey("instances.RuntimeSession", models.CASCADE)
    stamp = models.BigIntegerField()
    at = models.DateTimeField(db_default=RealNow())

    class Meta:
        db_table = "instances_seen_request"
        constraints = [models.UniqueConstraint(fields=["seller_id", "session", "stamp"], name="instances_seen_request_once")]
        indexes = [models.Index(fields=["at"], name="instances_seen_request_age")]
