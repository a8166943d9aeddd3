"""A buyer asked to see his goods: who, where, and the token to write them with."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Reveal(TenantModel):
    """One request. The goods are written by a job, after it has read back who will see them."""

    ASKED, SHOWN, REFUSED = "asked", "shown", "refused"

    order_id = models.UUIDField()
    instance_id = models.UUIDField()
    application_id = models.CharField(max_length=24)
    buyer_id = models.CharField(max_length=24)
    locale = models.CharField(max_length=8, default="pt-BR")
    interaction_id = models.CharField(max_length=24)
    # Who brought the wish: what a relay says of the button is not believed.
    transport = models.CharField(max_length=8, default="relay")
    token = models.BinaryField(null=True)
    until = models.DateTimeField()
    state = models.CharField(max_length=8, choices=[(ASKED, ASKED), (SHOWN, SHOWN), (REFUSED, REFUSED)], default=ASKED)
    reason = models.CharField(max_length=60, blank=True)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "discord_reveal"
        constraints = [models.UniqueConstraint(fields=["seller_id", "interaction_id"], name="discord_reveal_interaction")]
        indexes = [models.Index(fields=["until"], condition=models.Q(token__isnull=False), name="discord_reveal_live")]
