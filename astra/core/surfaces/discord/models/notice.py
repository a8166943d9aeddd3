"""A direct message that tells a buyer how his order stands, when its own message could not be changed any more."""

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.models import TenantModel


class Notice(TenantModel):
    """One message of one kind for one order. Its first attempt decides whether a nonce is still enough."""

    order_id = models.UUIDField()
    kind = models.CharField(max_length=24)
    first_attempt_at = models.DateTimeField(db_default=AstraNow())
    # Empty until an attempt came to an end: sent, closed or refused.
    outcome = models.CharField(max_length=12, blank=True)
    message_id = models.CharField(max_length=24, blank=True)
    # When the sweep last had it tried again.
    looked_at = models.DateTimeField(db_default=AstraNow())

    class Meta:
        db_table = "discord_notice"
        constraints = [models.UniqueConstraint(fields=["seller_id", "order_id", "kind"], name="discord_notice_once")]
