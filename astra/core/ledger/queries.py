"""What others may know of the book."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.ledger.kinds import AccountKind
from astra.core.ledger.models import Account, Entry, Transfer


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One transfer with its entries: account kind → signed amount (debits positive), in minor units."""

    id: uuid.UUID
    place: int
    kind: str
    key: str
    at: datetime.datetime
    currency: str
    object_kind: str
    object_id: str
    facts: dict[str, Any]
    entries: dict[str, int]

    def change(self, *account_kinds: AccountKind) -> int:
        """By how much these accounts, seen as the seller's money (credits positive), grew or shrank."""
        return -sum(self.entries.get(kind.value, 0) for kind in account_kinds)


def balances(seller_id: uuid.UUID, currency: str = "BRL") -> dict[str, int]:
    """Every kind of account → its balance in minor units, positive on the account's own side; 0 where nothing was posted."""
    with acting_for(seller_id):
        found = dict(Account.objects.filter(seller_id=seller_id, currency=currency).values_list("kind", "balance"))
    return {kind.value: found.get(kind.value, 0) for kind in AccountKind}


def transfers(
    seller_id: uuid.UUID, limit: int, before: int | None = None, *, touching: Iterable[AccountKind] = (), currency: str | None = None
) -> list[TransferLine]:
    """The latest transfers, newest first; ``before`` is the ``place`` of the last line of the page before.

    ``touching`` keeps those with an entry on one of these accounts.
    """
    with acting_for(seller_id):
        rows = Transfer.objects.filter(seller_id=seller_id)
        if before is not None:
            rows = rows.filter(place__lt=before)
        if currency is not None:
            rows = rows.filter(currency=currency)
        if kinds := [kind.value for kind in touching]:
            rows = rows.filter(id__in=Entry.objects.filter(seller_id=seller_id, account__kind__in=kinds).values("transfer_id"))
        return _with_entries(seller_id, list(rows.order_by("-place")[:limit]))


def transfer_lines_of(seller_id: uuid.UUID, object_kind: str, object_id: uuid.UUID | str) -> list[TransferLine]:
    """All transfers of one object (an order, a withdrawal), oldest first."""
    with acting_for(seller_id):
        rows = Transfer.objects.filter(seller_id=seller_id, object_kind=object_kind, object_id=str(object_id))
        return _with_entries(seller_id, list(rows.order_by("place")))


def _with_entries(seller_id: uuid.UUID, rows: list[Transfer]) -> list[TransferLine]:
    entries: dict[uuid.UUID, dict[str, int]] = {}
    found = Entry.objects.filter(seller_id=seller_id, transfer_id__in=[row.id for row in rows])
    for transfer_id, kind, amount in found.values_list("transfer_id", "account__kind", "amount_minor"):
        entries.setdefault(transfer_id, {})[kind] = amount
    return [
        TransferLine(
            row.id,
            row.place,
            row.kind,
            row.key,
            row.created_at,
            row.currency,
            row.object_kind,
            row.object_id,
            row.facts,
            entries.get(row.id, {}),
        )
        for row in rows
    ]
