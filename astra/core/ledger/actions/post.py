"""Posts a transfer: the only door through which money moves."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.ledger.kinds import RULES, AccountKind, TransferKind

NOT_OVERDRAWN = "ledger_account_not_overdrawn"


class Overdrawn(Failure):
    """A balance would fall below its minimum. Nothing was posted; the caller's transaction goes on."""

    label = "overdrawn"
    text = _("There is not enough money for this. Nothing was moved; check the balance and try a smaller amount.")


class KeyReused(Failure):
    """A key that was posted before came again with other entries: somebody reuses a key. Nothing was posted."""

    label = "key_reused"
    text = _("This movement was booked before with other amounts. Nothing was moved; please tell the support.")


class Unbalanced(ValueError):
    """Entries that do not add up to zero, or fewer than two: a programming error."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a transfer: a positive amount debits the account, a negative one credits it. Minor units."""

    account_kind: AccountKind | str
    amount_minor: int


def post(
    *,
    seller_id: uuid.UUID,
    kind: TransferKind | str,
    key: str,
    entries: Sequence[Entry],
    currency: str,
    facts: dict[str, Any] | None = None,
    object_kind: str = "",
    object_id: uuid.UUID | str = "",
    reverses: uuid.UUID | None = None,
) -> uuid.UUID:
    """Moves money between the accounts of one seller, in the caller's transaction, and returns the transfer's id.

    Posted once per (seller, kind, key): the same again returns the first id and moves nothing. Entries on one account are
    added up and those of nothing left out. ``facts`` holds no secrets. Raises Overdrawn, KeyReused, Unbalanced.
    """
    sides = _add_up(entries)
    transfer_id = new_id()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # A repetition that runs at the same moment waits here until the first one has committed or given up.
            cursor.execute(
                "INSERT INTO ledger_transfer (id, seller_id, kind, key, currency, reverses_id, object_kind, object_id, facts)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (seller_id, kind, key) DO NOTHING",
                [
                    transfer_id,
                    seller_id,
                    TransferKind(kind).value,
                    key,
                    currency,
                    reverses,
                    object_kind,
                    str(object_id),
                    json.dumps(facts or {}),
                ],
            )
            if cursor.rowcount == 0:
                return _posted_before(seller_id, TransferKind(kind), key, currency, sides)
            # One statement per account, in the order of their kinds: two transfers lock in one order and never wait crosswise.
            for account_kind, amount_minor in sorted(sides.items()):
                cursor.execute(
                    "INSERT INTO ledger_entry (id, seller_id, transfer_id, account_id, amount_minor) VALUES (%s, %s, %s, %s, %s)",
                    [new_id(), seller_id, transfer_id, _account(seller_id, account_kind, currency), amount_minor],
                )
    except IntegrityError as error:
        if NOT_OVERDRAWN in str(error):
            raise Overdrawn(kind=str(kind), key=key) from error
        raise
    return transfer_id


def _add_up(entries: Sequence[Entry]) -> dict[AccountKind, int]:
    sides: dict[AccountKind, int] = {}
    for entry in entries:
        if not isinstance(entry.amount_minor, int) or isinstance(entry.amount_minor, bool):
            raise TypeError("Money is counted in whole minor units.")
        account_kind = AccountKind(entry.account_kind)
        sides[account_kind] = sides.get(account_kind, 0) + entry.amount_minor
    sides = {account_kind: amount for account_kind, amount in sides.items() if amount}
    if sum(sides.values()) != 0 or len(sides) < 2:
        raise Unbalanced(f"The entries {sides} do not balance.")
    return sides


def _account(seller_id: uuid.UUID, kind: AccountKind, currency: str) -> uuid.UUID:
    with connection.cursor() as cursor:
        find = "SELECT id FROM ledger_account WHERE seller_id = %s AND kind = %s AND currency = %s"
        cursor.execute(find, [seller_id, kind.value, currency])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO ledger_account (id, seller_id, kind, currency, normal_side) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (seller_id, kind, currency) DO NOTHING",
                [new_id(), seller_id, kind.value, currency, RULES[kind].normal_side],
            )
            cursor.execute(find, [seller_id, kind.value, currency])
            row = cursor.fetchone()
    account_id: uuid.UUID = row[0]
    return account_id


def _posted_before(seller_id: uuid.UUID, kind: TransferKind, key: str, currency: str, sides: dict[AccountKind, int]) -> uuid.UUID:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.id, t.currency, a.kind, e.amount_minor FROM ledger_transfer t"
            " JOIN ledger_entry e ON e.seller_id = t.seller_id AND e.transfer_id = t.id"
            " JOIN ledger_account a ON a.seller_id = e.seller_id AND a.id = e.account_id"
            " WHERE t.seller_id = %s AND t.kind = %s AND t.key = %s",
            [seller_id, kind.value, key],
        )
        rows = cursor.fetchall()
    if {(row[1], row[2]): row[3] for row in rows} != {(currency, account.value): amount for account, amount in sides.items()}:
        raise KeyReused(kind=kind.value, key=key)
    first: uuid.UUID = rows[0][0]
    return first
