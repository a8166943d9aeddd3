"""Sales that nobody noted, and earnings whose time has come."""

from typing import Any

from django.db import connection

from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings

BATCH = 200
UNBOOKED = """
SELECT t.seller_id, t.object_id::uuid FROM ledger_transfer t
 WHERE t.kind = 'sale' AND t.object_kind = 'order' AND t.created_at < astra_now() - interval '10 seconds'
   AND EXISTS (SELECT FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                WHERE e.transfer_id = t.id AND a.kind = 'wallet_pending' AND e.amount_minor < 0)
   AND NOT EXISTS (SELECT FROM wallet_earning w WHERE w.seller_id = t.seller_id AND w.transfer_id = t.id)
 ORDER BY t.place LIMIT %s
"""
DUE = "SELECT DISTINCT seller_id FROM wallet_earning WHERE cleared_at IS NULL AND clears_at <= astra_now() LIMIT %s"


def sweep_unbooked() -> int:
    """Notes the earnings of sales whose job was lost; returns how many."""
    return sum(book_earning(seller_id=seller_id, order_id=order_id) for seller_id, order_id in _found(UNBOOKED))


def sweep_clearing() -> int:
    """Makes due earnings available; returns how many."""
    return sum(clear_earnings(seller_id=seller_id) for (seller_id,) in _found(DUE))


def _found(statement: str) -> list[tuple[Any, ...]]:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(statement, [BATCH])
        return list(cursor.fetchall())
