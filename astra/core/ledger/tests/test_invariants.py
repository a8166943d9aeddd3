"""Each invariant of the book finds the corruption it is there for, and nothing in clean books."""

import psycopg
import pytest

from astra.core.foundation.invariants import BadInvariant, load_invariants, violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.tests.conftest import OWN

# Written as an administrator with the triggers switched off: what the database itself would have refused.
CORRUPTIONS = {
    "M01": "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id::text)::uuid FROM ledger_entry)",
    "M02": "DELETE FROM ledger_entry WHERE transfer_id = (SELECT id FROM ledger_transfer WHERE kind = 'sale')",
    "M03": "UPDATE ledger_transfer SET seller_id = gen_random_uuid() WHERE kind = 'sale'",
    "M04": "UPDATE ledger_account SET balance = balance + 1 WHERE kind = 'wallet_pending'",
    "M05": "UPDATE ledger_account SET min_balance = NULL WHERE kind = 'wallet_pending'",
    "M06": "DROP_UNIQUE",
    "M07": "UPDATE ledger_entry SET amount_minor = amount_minor * 2, balance_after = balance_after + 950"
    " WHERE transfer_id = (SELECT id FROM ledger_transfer WHERE kind = 'withdrawal_reversal')",
    "M16": "UPDATE ledger_transfer SET kind = 'sale' WHERE kind = 'hold'",
}
ANOTHER_OF_A_KEY = (
    "ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_once;"
    "INSERT INTO ledger_transfer (id, seller_id, kind, key, currency, object_kind, object_id, facts)"
    " SELECT gen_random_uuid(), seller_id, kind, key, currency, '', '', '{}' FROM ledger_transfer WHERE kind = 'sale'"
)


def administrator(name: str) -> psycopg.Connection:
    import os

    from astra.core.project.postgresql.prepare import embedded_server

    server = embedded_server()
    return psycopg.connect(server.administrator_url if server else os.environ["DATABASE_URL"], dbname=name, autocommit=True)


def keep_books(seller_id):
    def move(kind, key, *entries, **more):
        return post(seller_id=seller_id, kind=kind, key=key, currency="BRL", entries=[Entry(*entry) for entry in entries], **more)

    with acting_for(seller_id):
        move("sale", "p1", ("provider_cash", 1000), ("platform_fee", -50), ("wallet_pending", -950))
        move("clearing", "p1", ("wallet_pending", 950), ("wallet_available", -950))
        out = move("withdrawal", "w1", ("wallet_available", 950), ("wallet_reserved", -950))
        move("withdrawal_reversal", "w1", ("wallet_reserved", 950), ("wallet_available", -950), reverses=out)
        move("hold", "h1", ("wallet_available", 100), ("wallet_held", -100))


@pytest.mark.commits
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_an_invariant_finds_its_corruption(own_database, name):
    from tests.support.cast import make_seller

    keep_books(make_seller("lara@loja.example", "Loja").id)
    assert violations(OWN) == {}
    statement = CORRUPTIONS[name]
    with administrator(own_database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(ANOTHER_OF_A_KEY if statement == "DROP_UNIQUE" else statement)
    assert name in violations()
    assert violations(["M99"]) == {}


def test_each_invariant_of_the_book_has_its_corruption():
    assert {found.name for found in load_invariants() if "ledger" in found.path.parts} == set(CORRUPTIONS)


def test_every_invariant_is_named_once_and_runs(db):
    names = [found.name for found in load_invariants()]
    assert names == sorted(set(names))
    assert violations() == {}


def test_a_file_without_its_first_line_is_a_programming_error(tmp_path, monkeypatch):
    from astra.core.foundation import invariants

    folder = tmp_path / "stage/invariants"
    folder.mkdir(parents=True)
    (folder / "x.sql").write_text("SELECT 1")
    monkeypatch.setattr(invariants, "CORE", tmp_path)
    load_invariants.cache_clear()
    try:
        with pytest.raises(BadInvariant):
            load_invariants()
    finally:
        load_invariants.cache_clear()


def test_the_system_role_checks_all_sellers_and_writes_none(seller, other_seller):
    for each in (seller, other_seller):
        keep_books(each.id)
    assert violations(OWN) == {}
