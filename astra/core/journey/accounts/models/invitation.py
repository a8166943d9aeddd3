"""Somebody is asked into a team."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel
from astra.core.journey.accounts import permissions


class Invitation(TenantModel):
    """An open place in a team, for whoever proves to be ``address`` (an e-mail address or a Discord id). It opens once.

    The link's word is kept as a hash; ``invited_by`` is a person's id. An invitation that is over keeps its row.
    """

    EMAIL, DISCORD = "email", "discord"
    OPEN, ACCEPTED, DECLINED, WITHDRAWN = "open", "accepted", "declined", "withdrawn"

    kind = models.CharField(max_length=8)
    address = models.CharField(max_length=254)
    role = models.CharField(max_length=16)
    token_hash = models.CharField(max_length=64, blank=True)
    invited_by = models.UUIDField()
    state = models.CharField(max_length=10, default=OPEN)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "kind", "address"], condition=models.Q(state="open"), name="accounts_invitation_one_open"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=("email", "discord")), name="accounts_invitation_kind"),
            models.CheckConstraint(condition=models.Q(role__in=permissions.ROLES), name="accounts_invitation_role"),
            models.CheckConstraint(
                condition=models.Q(state__in=("open", "accepted", "declined", "withdrawn")), name="accounts_invitation_state"
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at__isnull=True) | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="accounts_invitation_ends",
            ),
        ]
