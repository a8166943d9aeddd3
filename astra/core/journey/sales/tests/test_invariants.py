"""Each invariant of catalog and sales finds the corruption it is there for, and no false alarm."""

import uuid

import pytest
from django.db import connections, transaction

from astra.core.foundation.invariants import load_invariants, violations
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.tests.shop import MEMBER
from astra.core.journey.sales.tests.conftest import OF_OTHERS
from astra.core.journey.sales.tests.shop import Shop
from astra.core.journey.sales.tests.test_races import paid_reading

pytestmark = pytest.mark.commits

OURS = ["C01", "C02", "M08", "M09", "M10", "M11", "O01", "S03", "S04", "S05", "S06"]

# Names the sold order, the held one and the waiting one; the last statement does the damage.
CORRUPTIONS = {
    "C01": "UPDATE catalog_stock_item SET state = 'available', order_id = NULL, line_id = NULL, reservation_id = NULL"
    " WHERE order_id = %(held)s AND variation_id = (SELECT variation_id FROM catalog_reservation WHERE order_id = %(waiting)s)",
    "C02": "UPDATE catalog_coupon SET uses = uses + 1",
    "M08": "UPDATE sales_order SET total_minor = total_minor - 1, discount_minor = discount_minor + 1 WHERE id = %(sold)s",
    "M09": "UPDATE sales_order SET payment_id = gen_random_uuid() WHERE id = %(sold)s",
    "M10": "UPDATE payments_payment SET amount_minor = amount_minor + 1 WHERE state = 'applied'",
    "M11": "UPDATE payments_charge SET currency = 'USD' WHERE purpose_id = %(sold)s",
    "O01": "UPDATE sales_order_line SET discount_minor = discount_minor - 1, total_minor = total_minor + 1 WHERE order_id = %(sold)s",
    "S03": "UPDATE catalog_stock_item SET line_id = gen_random_uuid() WHERE order_id = %(sold)s",
    "S04": "UPDATE catalog_stock_item SET state = 'allocated' WHERE order_id = %(held)s",
    "S05": "UPDATE catalog_reservation SET filled = 0, quantity = 0 WHERE order_id = %(sold)s",
    "S06": "UPDATE catalog_reservation SET until = until - interval '26 minutes' WHERE order_id = %(held)s",
}
LOOSE = {
    "S05": ["ALTER TABLE catalog_reservation DROP CONSTRAINT catalog_reservation_filled"],
    "M08": [],
}
TABLES = [
    "catalog_stock_item",
    "catalog_reservation",
    "catalog_coupon",
    "sales_order",
    "sales_order_line",
    "payments_payment",
    "payments_charge",
]


@pytest.fixture
def world(own_database: str) -> tuple[Shop, dict[str, uuid.UUID]]:
    """A shop with a sold, a held and a waiting order of one product."""
    from tests.support.cast import make_seller

    shop = Shop(make_seller("lara@loja.example", "Loja da Lara").id, "1", None)
    create_coupon(seller_id=shop.seller_id, code="TEN", kind="percent", value=10, actor=MEMBER)
    product = shop.product("a", "b", no_stock="wait", prices=(1000,))
    orders = {
        "sold": shop.order(product, buyer_id="1", coupon="TEN"),
        "held": shop.order(product, buyer_id="2"),
        "waiting": shop.order(product, buyer_id="3", accepts_waiting=True),
    }
    paid_reading(shop, orders["sold"])()
    paid_reading(shop, orders["waiting"])()
    return shop, orders


def test_every_invariant_finds_its_own_corruption(world):
    shop, orders = world
    assert violations(set(OURS) | {i.name for i in load_invariants() if i.name not in OF_OTHERS}) == {}
    statements = {invariant.name: invariant.sql for invariant in load_invariants()}
    assert set(CORRUPTIONS) == set(OURS)
    missed = []
    for name, damage in CORRUPTIONS.items():
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement in LOOSE.get(name, []):
                cursor.execute(statement)
            cursor.execute("SELECT set_config('app.seller', %s, true)", [str(shop.seller_id)])
            cursor.execute(statements[name])
            assert cursor.fetchall() == []
            cursor.execute(damage, orders)
            assert cursor.rowcount > 0, f"{name}: nothing was damaged"
            cursor.execute(statements[name])
            if not cursor.fetchall():
                missed.append(name)
            transaction.set_rollback(True, using="owner")
    assert missed == []
