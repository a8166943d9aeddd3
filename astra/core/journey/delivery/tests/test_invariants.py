"""Each invariant of delivery finds the corruption it is there for."""

import os

import psycopg
import pytest

from astra.core.foundation.invariants import load_invariants, violations
from astra.core.journey.delivery.actions.claim_delivery import claim_delivery
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.tests.shop import open_shop

CORRUPTIONS = {
    "S01": "ALTER TABLE delivery_item DROP CONSTRAINT delivery_item_once; INSERT INTO delivery_item (id, seller_id, delivery_id, stock_item_id)"
    " SELECT gen_random_uuid(), seller_id, delivery_id, stock_item_id FROM delivery_item LIMIT 1",
    "S02": "UPDATE catalog_stock_item SET order_id = gen_random_uuid() WHERE state = 'allocated'",
    "S07": "DELETE FROM delivery_item",
    "L01": "UPDATE sales_order SET paid_at = paid_at - interval '16 minutes'",
    "L03": "UPDATE delivery_notice SET lease_until = lease_until - interval '12 minutes'",
}


@pytest.mark.commits
@pytest.mark.parametrize("name", CORRUPTIONS)
def test_an_invariant_finds_its_corruption(own_database, name):
    from astra.core.project.postgresql.prepare import embedded_server
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    order_id = open_shop(seller.id, secrets=["A", "B"]).sell(quantity=2)
    open_deliveries(seller_id=seller.id, order_id=order_id)
    claim_delivery(seller_id=seller.id, order_id=order_id)
    assert violations(CORRUPTIONS) == {}
    server = embedded_server()
    url = server.administrator_url if server else os.environ["DATABASE_URL"]
    with psycopg.connect(url, dbname=own_database, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(CORRUPTIONS[name])
    assert name in violations()


def test_each_invariant_of_delivery_has_its_corruption():
    assert {found.name for found in load_invariants() if found.path.parts[-3] == "delivery"} == set(CORRUPTIONS)
