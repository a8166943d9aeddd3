"""Sales that nobody noted, and earnings whose time has come."""

from typing import Any

from django.db import connection

from astra.core.foundation.sweeping import one_by_one
from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings

BATCH = 200
# Up to which place of the book every sale is noted, by database: what is noted stays so, and history is not read again and again.
# A new process reads it once.
_noted_up_to: dict[str, int] = {}
UNBOOKED = """
SELECT t.seller_id, t.object_id::uuid FROM ledger_transfer t
 WHERE t.kind = 'sale' AND t.place > %s AND t.object_kind = 'order' AND t.created_at < astra_now() - interval '10 seconds'
   AND EXISTS (SELECT FROM ledger_entry e JOIN ledger_account a ON a.id = e.account_id
                WHERE e.transfer_id = t.id AND a.kind = 'wallet_pending' AND e.amount_minor < 0)
   AND NOT EXISTS (SELECT FROM wallet_earning w WHERE w.seller_id = t.seller_id AND w.transfer_id = t.id)
 ORDER BY t.place LIMIT %s
"""
# A sale that is being posted this moment has its place already; ten minutes outlive every transaction.
SETTLED_PLACE = """
SELECT place FROM ledger_transfer
 WHERE kind = 'sale' AND created_at < astra_now() - interval '10 minutes' ORDER BY place DESC LIMIT 1
"""
DUE = "SELECT DISTINCT seller_id FROM wallet_earning WHERE cleared_at IS NULL AND clears_at <= astra_now() LIMIT %s"


def sweep_unbooked() -> int:
    """Notes the earnings of sales whose job was lost; returns how many."""
    name = str(connection.settings_dict["NAME"])
    settled = _found(SETTLED_PLACE)
    top = settled[0][0] if settled else 0
    # A book that is shorter than it was is another one (a restored backup): it is read from its beginning.
    since = _noted_up_to.get(name, 0) if _noted_up_to.get(name, 0) <= top else 0
    unbooked = _found(UNBOOKED, since, BATCH)
    if not unbooked:
        _noted_up_to[name] = top
    return one_by_one(unbooked, lambda row: book_earning(seller_id=row[0], order_id=row[1]))


def sweep_clearing() -> int:
    """Makes due earnings available; returns how many."""
    return one_by_one(_found(DUE, BATCH), lambda row: clear_earnings(seller_id=row[0]))


def _found(statement: str, *parameters: int) -> list[tuple[Any, ...]]:
    with as_system(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
