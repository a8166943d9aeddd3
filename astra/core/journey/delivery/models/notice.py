"""The one message that tells a buyer about the goods of an order."""

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.delivery.machine import About, NoticeState
from astra.core.journey.sales.models import Order


class Notice(TenantModel):
    """Lease, fence and nonce of the message about one order.

    ``fence`` grows with every claim: who comes back late with an older one writes nothing. ``generation`` is part of the
    nonce: it changes for news (stock arrived) and when Discord may have forgotten the earlier nonce.
    """

    order = TenantKey(Order)
    instance_id = models.UUIDField()
    reference = models.CharField(max_length=16)
    about = models.CharField(max_length=8)
    state = models.CharField(max_length=16, default=NoticeState.PENDING.value)
    reason = models.CharField(max_length=32, blank=True)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    first_attempt_at = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=1)
    generation_at = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(db_default=AstraNow())
    woken_at = models.DateTimeField(db_default=AstraNow())
    channel_id = models.CharField(max_length=32, blank=True)
    message_id = models.CharField(max_length=32, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery_notice"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "order"], name="delivery_notice_one_per_order"),
            models.UniqueConstraint(fields=["seller_id", "reference"], name="delivery_notice_reference"),
            models.CheckConstraint(condition=models.Q(state__in=[state.value for state in NoticeState]), name="delivery_notice_state"),
            models.CheckConstraint(condition=models.Q(about__in=[about.value for about in About]), name="delivery_notice_about"),
            models.CheckConstraint(
                condition=~models.Q(state="attempting") | models.Q(lease_until__isnull=False, first_attempt_at__isnull=False),
                name="delivery_notice_attempt_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(state__in=["pending", "attempting", "parked"]),
                name="delivery_notice_open",
            )
        ]
