"""One seller's bot: whose token, what is wanted, what is seen."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel
from astra.core.journey.instances.real_clock import RealNow


class Instance(TenantModel):
    """A bot of a seller. ``wanted_state`` is written by people, ``seen_state`` only through the table in ``machine.py``.

    Times of life (`*_at`, except ``created_at`` and ``archived_at``) are real time: see ``real_clock``.
    """

    # Screens have words of their own for these.
    ENGINES = [(word, word) for word in ("none", "local", "docker", "pool", "kubernetes")]
    TRANSPORTS = [(word, word) for word in ("http", "relay")]
    WANTED = [(word, word) for word in ("running", "stopped")]
    SEEN = [
        (word, word) for word in ("draft", "configured", "starting", "online", "degraded", "errored", "backoff", "quarantined", "stopped")
    ]

    name = models.CharField(max_length=80)
    engine = models.CharField(max_length=16, choices=ENGINES)
    transport = models.CharField(max_length=8, choices=TRANSPORTS)

    application_id = models.CharField(max_length=20)
    application_name = models.CharField(max_length=100)
    bot_id = models.CharField(max_length=20)
    bot_name = models.CharField(max_length=100)
    verify_key = models.CharField(max_length=64)
    sealed_token = models.BinaryField()

    wanted_state = models.CharField(max_length=8, choices=WANTED, default="running")
    seen_state = models.CharField(max_length=12, choices=SEEN, default="draft")
    reason = models.CharField(max_length=48, blank=True)
    version = models.PositiveIntegerField(default=0)
    since_at = models.DateTimeField(db_default=RealNow())
    deadline_at = models.DateTimeField(null=True)

    # Each start of a process is a generation; whatever speaks for an older one is refused.
    generation = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    starts_counted_from_at = models.DateTimeField(db_default=RealNow())
    last_heartbeat_at = models.DateTimeField(null=True)

    # One step at a time: who holds the lease works on this instance.
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)

    # During a rollout: the version it got ahead of the others, and when. "" is the version that all have.
    CHANNELS = [(word, word) for word in ("early", "stable")]
    release_channel = models.CharField(max_length=8, choices=CHANNELS, default="stable", db_default="stable")
    release = models.CharField(max_length=200, blank=True, default="", db_default="")
    upgraded_at = models.DateTimeField(null=True)

    # What Discord was told about where clicks go: "" not yet, then the transport it was told, or "none" when stopped.
    endpoint = models.CharField(max_length=8, blank=True)
    endpoint_checked_at = models.DateTimeField(null=True)
    endpoint_failures = models.PositiveIntegerField(default=0)

    guild_id = models.CharField(max_length=20, blank=True)
    guild_name = models.CharField(max_length=100, blank=True)
    presence_text = models.CharField(max_length=100, blank=True)
    # The edge of the bot's messages, as Discord counts colours (0xRRGGBB); NULL is the usual one.
    accent = models.PositiveIntegerField(null=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances_instance"
        indexes = [models.Index(fields=["release"], condition=~models.Q(release=""), name="instances_instance_ahead")]
        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "application_id"], condition=models.Q(archived_at=None), name="instances_instance_application"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    seen_state__in=["draft", "configured", "starting", "online", "degraded", "errored", "backoff", "quarantined", "stopped"]
                ),
                name="instances_instance_seen_word",
            ),
            models.CheckConstraint(condition=models.Q(release_channel__in=["early", "stable"]), name="instances_instance_channel_word"),
            models.CheckConstraint(
                condition=models.Q(accent=None) | models.Q(accent__lte=0xFFFFFF), name="instances_instance_accent_is_rgb"
            ),
            models.CheckConstraint(condition=models.Q(wanted_state__in=["running", "stopped"]), name="instances_instance_wanted_word"),
            models.CheckConstraint(
                condition=~models.Q(engine="none") | models.Q(transport="http"), name="instances_instance_none_speaks_http"
            ),
        ]
