"""The sweeps run every ten seconds for as long as the product lives: none may read the whole history of all sellers."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.support.cast import make_seller

ROWS = 30_000
# Tables that only grow, with what a row of a long-settled sale looks like there.
SETTLED = {
    "sales_order": {
        "commercial": "'paid'",
        "payment": "'approved'",
        "fulfilment": "'done'",
        "code": "'LD-' || n",
        "buyer_id": "(n % 5000)::text",
        "product_id": "md5('product' || n % 100)::uuid",
        "charge_id": "md5('charge' || n)::uuid",
        "payment_id": "md5('payment' || n)::uuid",
        "currency": "'BRL'",
        "subtotal_minor": "100",
        "total_minor": "100",
        "paid_at": "astra_now() - interval '3 days'",
        "placed_at": "astra_now() - interval '3 days'",
        "expires_at": "astra_now() - interval '3 days'",
    },
    "payments_charge": {
        "state": "'approved'",
        "method": "'pix'",
        "purpose_kind": "'order'",
        "purpose_id": "md5('sales_order' || n)::uuid",
        "amount_minor": "100",
        "next_look_at": "astra_now() + interval '30 days'",
        "provider_id": "'ch_' || n",
        "approved_at": "astra_now() - interval '3 days'",
    },
    "payments_payment": {
        "charge_id": "md5('payments_charge' || n)::uuid",
        "state": "'applied'",
        "amount_minor": "100",
        "provider_payment_id": "'p_' || n",
    },
    "payments_refund": {"payment_id": "md5('payments_payment' || n)::uuid", "state": "'succeeded'", "amount_minor": "100"},
    "ledger_transfer": {
        "kind": "'sale'",
        "object_kind": "'order'",
        "object_id": "md5('sales_order' || n)::text",
        "key": "n::text",
        "place": "n",
    },
    "ledger_entry": {
        "transfer_id": "md5('ledger_transfer' || n)::uuid",
        "account_id": "md5('account')::uuid",
        "amount_minor": "-100",
        "place": "n",
    },
    "wallet_earning": {
        "transfer_id": "md5('ledger_transfer' || n)::uuid",
        "amount_minor": "100",
        "cleared_at": "astra_now()",
        "clears_at": "astra_now() - interval '1 day'",
    },
    "delivery_notice": {
        "order_id": "md5('sales_order' || n)::uuid",
        "state": "'sent'",
        "about": "'ready'",
        "reference": "'D-' || n",
    },
    "catalog_stock_item": {
        "state": "'delivered'",
        "order_id": "md5('sales_order' || n)::uuid",
        "fingerprint": "decode(md5(n::text), 'hex')",
        "variation_id": "md5('variation' || n % 200)::uuid",
        "reservation_id": "md5('catalog_reservation' || n)::uuid",
        "line_id": "md5('line' || n)::uuid",
        "place": "n",
    },
    "catalog_reservation": {
        "order_id": "md5('sales_order' || n)::uuid",
        "line_id": "md5('line' || n)::uuid",
        "variation_id": "md5('variation' || n % 200)::uuid",
        "state": "'allocated'",
        "quantity": "1",
        "filled": "1",
        "no_stock": "'wait'",
        "queue_place": "n",
    },
    "delivery_item": {"stock_item_id": "md5('catalog_stock_item' || n)::uuid", "delivery_id": "md5('delivery' || n)::uuid"},
    "sales_order_event": {"order_id": "md5('sales_order' || n)::uuid", "kind": "'paid'", "key": "n::text", "place": "n"},
    "discord_conversation": {"order_id": "md5('sales_order' || n)::uuid", "shown": "'delivered'"},
    "discord_reveal": {"order_id": "md5('sales_order' || n)::uuid", "state": "'shown'", "interaction_id": "n::text"},
    "discord_taken_interaction": {"interaction_id": "n::text", "created_at": "astra_now()"},
    "foundation_inbox_event": {"event_id": "n::text", "handled_at": "astra_now()", "source": "'payments.sandbox'"},
}
DEFAULTS = {
    "uuid": "md5('x')::uuid",
    "character varying": "''",
    "text": "''",
    "bytea": "''::bytea",
    "bigint": "0",
    "integer": "0",
    "smallint": "0",
    "boolean": "false",
    "jsonb": "'{}'::jsonb",
    "timestamp with time zone": "astra_now() - interval '3 days'",
}


# Sales that are under way meanwhile.
OPEN_ROWS = 40
OPEN = {
    "sales_order": {"commercial": "'paid'", "fulfilment": "'waiting_stock'"},
    "delivery_notice": {"state": "'pending'", "next_try_at": "astra_now() + interval '1 hour'"},
    "payments_charge": {"state": "'pending'"},
    "wallet_earning": {"cleared_at": "NULL", "clears_at": "astra_now() + interval '7 days'"},
}


def fill(cursor: Any, table: str, seller_id: Any, first: int, last: int, **other: str) -> None:
    cursor.execute("SELECT column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name = %s", [table])
    values = {}
    for name, kind, nullable in cursor.fetchall():
        if name == "id":
            values[name] = f"md5('{table}' || n)::uuid"
        elif name == "seller_id":
            values[name] = f"'{seller_id}'::uuid"
        elif name in other or name in SETTLED[table]:
            values[name] = other.get(name) or SETTLED[table][name]
        elif nullable == "NO" and kind in DEFAULTS:
            values[name] = DEFAULTS[kind]
    statement = f"INSERT INTO {table} ({', '.join(values)}) SELECT {', '.join(values.values())} FROM generate_series({first}, {last}) n"
    cursor.execute(statement)


@contextmanager
def heard() -> Iterator[list[tuple[str, Any]]]:
    """The questions that are asked meanwhile."""
    found: list[tuple[str, Any]] = []

    def listen(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if re.match(r"\s*(--[^\n]*\n\s*)*(SELECT|WITH)\b", str(sql)) and not many:
            found.append((str(sql), params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        yield found


def read_whole(plan: dict[str, Any], stops_early: bool = False) -> Iterator[str]:
    """The big tables that a plan reads from end to end."""
    kind, table = plan["Node Type"], plan.get("Relation Name")
    by_index = kind in ("Bitmap Heap Scan", "Index Scan", "Index Only Scan")
    if table in SETTLED and (kind == "Seq Scan" or (by_index and not stops_early and plan["Plan Rows"] > ROWS / 4)):
        yield f"{kind} on {table}"
    for part in plan.get("Plans", []):
        # The first row of an index in order: what lies behind it is never read.
        yield from read_whole(part, kind == "Limit" and plan["Plan Rows"] == 1)


@pytest.mark.commits
@pytest.mark.breaks_books
def test_no_sweep_reads_a_whole_table(own_database: str) -> None:
    from astra.core.foundation.tenancy.acting import as_system
    from astra.core.project.postgresql.prepare import administrator_url
    from astra.core.project.wiring import sweeps

    seller_id = make_seller("lara@loja.example", "Loja da Lara").id
    with psycopg.connect(administrator_url(), dbname=own_database, autocommit=True) as server, server.cursor() as cursor:
        try:
            cursor.execute("SET session_replication_role = replica")  # rows without their relations: it is their number that counts
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("Only a superuser can fill tables without their triggers.")
        for table in SETTLED:
            fill(cursor, table, seller_id, 1, ROWS)
            fill(cursor, table, seller_id, ROWS + 1, ROWS + OPEN_ROWS, **OPEN.get(table, {}))
        cursor.execute("ANALYZE")
    dear = []
    for sweep in sweeps():
        if sweep.__name__ == "sweep_statement":
            continue  # asks the provider
        for _ in range(2):  # what a fresh process has to learn once, it learns here
            with heard() as questions:
                sweep()
        for sql, params in questions:
            with as_system(), connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                plan = cursor.fetchone()[0]
            plan = json.loads(plan) if isinstance(plan, str) else plan
            dear += [f"{sweep.__name__}: {found}" for found in read_whole(plan[0]["Plan"])]
    assert dear == []
