"""Every pair of state and event: what the table has happens, everything else raises, and the database has the same table."""

import importlib
from itertools import product

import pytest

from astra.core.payments.transitions import CHARGE, PAYOUT, REFUND, Forbidden, Table, allows, next_state

TABLES = {"payments_charge": CHARGE, "payments_refund": REFUND, "payments_payout": PAYOUT}


def events(table: Table) -> set[str]:
    return {event for row in table.values() for event in row}


PAIRS = [(name, state, event) for name, table in TABLES.items() for state, event in product(sorted(table), sorted(events(table)))]


@pytest.mark.parametrize(("name", "state", "event"), PAIRS)
def test_every_pair(name: str, state: str, event: str) -> None:
    table = TABLES[name]
    if event in table[state]:
        assert allows(table, state, event)
        assert next_state(table, state, event) in table
    else:
        assert not allows(table, state, event)
        with pytest.raises(Forbidden):
            next_state(table, state, event)


@pytest.mark.parametrize("name", TABLES)
def test_an_unknown_state_or_event_raises(name: str) -> None:
    for state, event in (("nowhere", "made"), ("created", "nothing")):
        with pytest.raises(Forbidden):
            next_state(TABLES[name], state, event)


@pytest.mark.parametrize("name", TABLES)
def test_the_database_has_the_same_table(name: str) -> None:
    migration = importlib.import_module("astra.core.payments.migrations.0002_history")
    ours = {f"{state}>{to}" for state, row in TABLES[name].items() for to in row.values() if to != state}
    assert set(migration.PAIRS[name].split()) == ours


@pytest.mark.parametrize("name", TABLES)
def test_every_state_can_be_reached(name: str) -> None:
    table = TABLES[name]
    reached, new = set(), {next(iter(table))}
    while new:
        reached |= new
        new = {to for state in new for to in table[state].values()} - reached
    assert reached == set(table)


def test_money_that_came_is_never_undone_by_older_news() -> None:
    for state in ("approved", "mismatched", "refund_pending", "partially_refunded", "refunded"):
        assert not {"made", "expired", "cancelled", "refused", "lost"} & set(CHARGE[state])


def test_no_payout_becomes_sendable_again_once_its_fate_is_unknown() -> None:
    for state in ("unknown", "processing", "paid", "failed", "returned"):
        assert not {"created", "sending"} & set(PAYOUT[state].values())
