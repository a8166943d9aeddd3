"""Who did what to what, and why: append-only rows in the same transaction as the deed."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import models

from astra.core.foundation.tenancy.models import TenantModel


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: ``kind`` is member, buyer, operator, provider or system; ``id`` names the person or program."""

    kind: str
    id: str = ""

    @classmethod
    def system(cls, name: str) -> "Actor":
        """A program of ours that acts by itself."""
        return cls("system", name)


class AuditRow(TenantModel):
    """One deed. The database refuses any change of it."""

    actor_kind = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    object_kind = models.CharField(max_length=32)
    object_id = models.CharField(max_length=64)
    reason = models.CharField(max_length=500, blank=True)
    facts = models.JSONField(default=dict)

    class Meta:
        app_label = "foundation"
        db_table = "foundation_audit_row"
        indexes = [
            models.Index(fields=["seller_id", "object_kind", "object_id"], name="foundation_audit_object"),
            models.Index(fields=["seller_id", "actor_id", "-id"], name="foundation_audit_actor"),
        ]


def record(
    *,
    seller_id: uuid.UUID,
    actor: Actor,
    verb: str,
    object_kind: str,
    object_id: uuid.UUID | str,
    reason: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Writes an audit row in the caller's transaction. ``facts`` never holds secrets."""
    AuditRow.objects.create(
        seller_id=seller_id,
        actor_kind=actor.kind,
        actor_id=actor.id,
        verb=verb,
        object_kind=object_kind,
        object_id=str(object_id),
        reason=reason,
        facts=facts or {},
    )
