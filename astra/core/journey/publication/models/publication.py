"""A product's card in a channel."""

import enum

from django.db import models

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.tenancy.models import TenantKey, TenantModel
from astra.core.journey.catalog.models import Product


class State(enum.StrEnum):
    """Where a card is."""

    WANTED = "wanted"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    OUTDATED = "outdated"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class Publication(TenantModel):
    """One product in one channel. ``version`` grows with every change that the card must show; ``claimed_version`` is what
    the attempt with this fence will show. ``generation`` is a part of the nonce of a new message.
    """

    product = TenantKey(Product)
    instance_id = models.UUIDField()
    channel_id = models.CharField(max_length=32)
    channel_name = models.CharField(max_length=100, blank=True)
    message_id = models.CharField(max_length=32, blank=True)
    state = models.CharField(max_length=12, default=State.WANTED.value)
    reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    claimed_version = models.PositiveIntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    generation = models.PositiveIntegerField(default=1)
    generation_at = models.DateTimeField(null=True)
    tries = models.PositiveIntegerField(default=0)
    woken_at = models.DateTimeField(db_default=AstraNow())
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "publication_publication"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "product", "channel_id"], name="publication_once_per_channel"),
            models.CheckConstraint(condition=models.Q(state__in=[state.value for state in State]), name="publication_state"),
            models.CheckConstraint(
                condition=~models.Q(state="published") | ~models.Q(message_id=""),
                name="publication_published_has_message",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="publishing") | models.Q(lease_until__isnull=False),
                name="publication_attempt_has_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["woken_at"], condition=~models.Q(state__in=["published", "failed"]), name="publication_open"),
        ]
