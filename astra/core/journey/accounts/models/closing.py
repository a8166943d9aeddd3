"""A seller who is leaving."""

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


class Closing(TenantModel):
    """``asked`` (may be undone until ``due_at``) → ``winding_down`` (bots end, cards go) → ``erased``; or ``undone``.

    ``hindrance`` names what came in the way after it was asked: then it waits.
    """

    ASKED, WINDING_DOWN, ERASED, UNDONE = "asked", "winding_down", "erased", "undone"

    asked_by = models.UUIDField()
    state = models.CharField(max_length=12, default=ASKED)
    due_at = models.DateTimeField()
    next_look_at = models.DateTimeField()
    wound_down_from = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    hindrance = models.CharField(max_length=32, blank=True)

    class Meta:
        db_table = "accounts_closing"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["asked", "winding_down", "erased", "undone"]), name="accounts_closing_state"
            ),
            models.UniqueConstraint(
                fields=["seller_id"], condition=models.Q(state__in=["asked", "winding_down"]), name="accounts_closing_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], condition=models.Q(state__in=["asked", "winding_down"]), name="accounts_closing_open")
        ]
