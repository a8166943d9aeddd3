"""Moves a charge, refund or payout from state to state: by the table, by version, with a line of history."""

import uuid
from typing import Any

from django.db.models import F

from astra.core.payments.models import Charge, History, Payout, Refund
from astra.core.payments.transitions import CHARGE, PAYOUT, REFUND, Table, next_state

_TABLES: dict[type[Charge] | type[Refund] | type[Payout], tuple[Table, str]] = {
    Charge: (CHARGE, "charge"),
    Refund: (REFUND, "refund"),
    Payout: (PAYOUT, "payout"),
}


class Overtaken(RuntimeError):
    """Somebody else changed the row since it was read: what was about to be written is dropped, and tried again."""


def move(row: Charge | Refund | Payout, event: str, *, actor: str = "payments", facts: dict[str, Any] | None = None, **fields: Any) -> None:
    """Writes an event's new state and fields, if the row is still the one that was read.

    Raises Forbidden for a pair outside the table, Overtaken when another version is stored. Runs in the seller's block; the
    object in hand is brought up to date.
    """
    table, kind = _TABLES[type(row)]
    before, after = row.state, next_state(table, row.state, event)
    written = (
        type(row)
        .objects.filter(seller_id=row.seller_id, id=row.id, version=row.version, state=before)
        .update(state=after, version=F("version") + 1, **fields)
    )
    if not written:
        raise Overtaken(f"{kind} {row.id} is no longer at version {row.version}.")
    row.state = after
    row.version += 1
    for name, value in fields.items():
        setattr(row, name, value)
    note(row.seller_id, kind, row.id, event, before=before, after=after, actor=actor, facts=facts)


def note(
    seller_id: uuid.UUID,
    kind: str,
    object_id: uuid.UUID,
    event: str,
    *,
    before: str = "",
    after: str = "",
    actor: str = "payments",
    facts: dict[str, Any] | None = None,
) -> None:
    """Adds a line of history. ``facts`` holds ids, codes and amounts, never a secret."""
    History.objects.create(
        seller_id=seller_id,
        object_kind=kind,
        object_id=object_id,
        event=event,
        from_state=before,
        to_state=after,
        actor=actor[:80],
        facts=facts or {},
    )
