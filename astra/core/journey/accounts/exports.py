"""What others may know of a seller's exports."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Export


@dataclass(frozen=True, slots=True)
class ExportFacts:
    """An export. ``is_open`` while it may be downloaded."""

    id: uuid.UUID
    state: str
    with_secrets: bool
    asked_at: datetime.datetime
    ready_at: datetime.datetime | None
    until: datetime.datetime | None
    size_bytes: int
    downloads: int
    is_open: bool


def exports(seller_id: uuid.UUID, limit: int = 10) -> list[ExportFacts]:
    """The exports of a seller, newest first."""
    with acting_for(seller_id):
        now = current_instant()
        return [_facts(row, now) for row in Export.objects.filter(seller_id=seller_id).order_by("-id")[:limit]]


def export_facts(seller_id: uuid.UUID, export_id: uuid.UUID) -> ExportFacts | None:
    """One export, or None."""
    with acting_for(seller_id):
        row = Export.objects.filter(seller_id=seller_id, id=export_id).first()
        return _facts(row, current_instant()) if row else None


def _facts(row: Export, now: datetime.datetime) -> ExportFacts:
    return ExportFacts(
        row.id,
        row.state,
        row.with_secrets,
        row.created_at,
        row.ready_at,
        row.until,
        row.size_bytes,
        row.downloads,
        row.state == Export.READY and row.until is not None and row.until > now,
    )
