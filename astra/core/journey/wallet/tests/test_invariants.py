"""Each invariant of the wallet finds the corruption it is there for."""

import os

import psycopg
import pytest

from astra.core.foundation.invariants import load_invariants, violations
from astra.core.journey.delivery.tests.shop import open_shop
from astra.core.journey.wallet.tests.conftest import Purse, register_key, set_rules

CORRUPTIONS = {
    "M14": "DELETE FROM ledger_transfer WHERE kind = 'withdrawal'",
    "M15": "UPDATE payments_payout SET amount_minor = amount_minor + 1",
    "W01": "UPDATE wallet_withdrawal SET amount_minor = amount_minor - 1",
    "W02": "UPDATE wallet_earning SET amount_minor = amount_minor + 1",
    "W03": "UPDATE wallet_earning SET cleared_at = clears_at - interval '1 day'",
}


@pytest.mark.commits
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_an_invariant_finds_its_corruption(own_database, name):
    from astra.core.project.postgresql.prepare import embedded_server
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    set_rules()
    register_key(seller.id)
    purse = Purse(open_shop(seller.id, secrets=["A"]))
    purse.earn()
    purse.approve(purse.ask())
    assert violations(CORRUPTIONS) == {}
    server = embedded_server()
    url = server.administrator_url if server else os.environ["DATABASE_URL"]
    with psycopg.connect(url, dbname=own_database, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(CORRUPTIONS[name])
    assert name in violations()


def test_each_invariant_of_the_wallet_has_its_corruption():
    assert {found.name for found in load_invariants() if found.path.parts[-3] == "wallet"} == set(CORRUPTIONS)
