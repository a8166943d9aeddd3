"""What a member of a team did, from the audit."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.tenancy.acting import acting_for

WENT = ("remove_member", "leave_team")


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of the audit."""

    id: uuid.UUID
    verb: str
    object_kind: str
    object_id: str
    reason: str
    at: datetime.datetime


def deeds_of(seller_id: uuid.UUID, person_id: uuid.UUID, *, before: uuid.UUID | None = None, limit: int = 50) -> list[Deed]:
    """What a person did in a seller's shop, the latest first; ``before`` is the id of the last deed of the page before."""
    with acting_for(seller_id):
        rows = AuditRow.objects.filter(seller_id=seller_id, actor_kind="member", actor_id=str(person_id))
        if before is not None:
            rows = rows.filter(id__lt=before)
        found = list(rows.order_by("-id")[:limit])
    return [Deed(row.id, row.verb, row.object_kind, row.object_id, row.reason, row.created_at) for row in found]


def was_member(seller_id: uuid.UUID, person_id: uuid.UUID) -> bool:
    """Whether somebody left this team, or was removed from it, at any time."""
    with acting_for(seller_id):
        rows = AuditRow.objects.filter(seller_id=seller_id, object_kind="member", object_id=str(person_id), verb__in=WENT)
        return rows.exists()


def former_members(seller_id: uuid.UUID, limit: int = 50) -> list[uuid.UUID]:
    """Who left the team or was removed, the latest first; who came back is among them too."""
    with acting_for(seller_id):
        rows = AuditRow.objects.filter(seller_id=seller_id, object_kind="member", verb__in=WENT).order_by("-id")
        ids = list(rows.values_list("object_id", flat=True)[: limit * 2])
    return [uuid.UUID(text) for text in dict.fromkeys(ids)][:limit]
