"""Which interactions were taken already: none is acted upon twice."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class TakenInteraction(TenantModel):
    """One press. ``reply`` is what it was answered (never a secret), given again when the same press comes again."""

    instance_id = models.UUIDField()
    interaction_id = models.CharField(max_length=24)
    transport = models.CharField(max_length=8)
    reply = models.JSONField(null=True)
    # When the relay answered in our place because we were late.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "discord_taken_interaction"
        constraints = [
            models.UniqueConstraint(fields=["seller_id", "instance_id", "interaction_id"], name="discord_taken_interaction_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="discord_taken_interaction_age")]
