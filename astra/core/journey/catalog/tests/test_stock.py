"""Stock on the real database: what is held, what waits, what is never sold twice."""

import datetime

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.allocate import allocate
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.actions.reserve import OutOfStock, Reserved, Wanted, reserve
from astra.core.journey.catalog.queries import open_items, product_facts

MEMBER = Actor("member", "lara")


@pytest.fixture
def product(seller):
    product_id = create_product(
        seller_id=seller.id,
        name="Steam key",
        description="",
        no_stock="refuse",
        variations=[NewVariation("Bronze", 990), NewVariation("Gold", 4990)],
        actor=MEMBER,
    )
    return product_facts(seller.id, product_id)


def test_smoke(seller, product):
    bronze = product.variations[0].id
    report = import_stock(seller_id=seller.id, variation_id=bronze, text="a\nb\na\n\nc\n", actor=MEMBER)
    assert (report.added, report.duplicates, report.empty, report.served_waiting) == (3, 1, 1, 0)
    order_id, line_id = new_id(), new_id()
    with acting_for(seller.id):
        until = current_instant() + datetime.timedelta(minutes=15)
        got = reserve(seller_id=seller.id, order_id=order_id, wanted=[Wanted(line_id, bronze, 2)], until=until)
        assert got == [Reserved(line_id, 2, 0)]
        with pytest.raises(OutOfStock):
            reserve(seller_id=seller.id, order_id=new_id(), wanted=[Wanted(new_id(), bronze, 2)], until=until)
        allocated = allocate(seller_id=seller.id, order_id=order_id)
    assert [secret.reveal() for secret in open_items(seller.id, allocated[0].item_ids)] == ["a", "b"]
