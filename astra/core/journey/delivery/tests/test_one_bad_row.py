"""An order that cannot be helped does not keep the others, nor other sellers, from being helped."""

import pytest
from django.db import IntegrityError, OperationalError

from astra.core.foundation.sweeping import one_by_one
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.queries import allocations
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.models import DeliveredItem, Delivery
from astra.core.journey.delivery.queries import delivery_of
from astra.core.journey.delivery.sweeps import sweep_unopened
from astra.core.journey.delivery.tests.shop import Shop, open_shop


@pytest.mark.breaks_books
def test_the_oldest_order_is_broken_and_the_next_one_is_opened_all_the_same(seller, other_seller, clock):
    shop: Shop = open_shop(seller.id, secrets=["KEY-1", "KEY-2"])
    theirs: Shop = open_shop(other_seller.id, secrets=["KEY-1"])
    opened, broken = shop.sell(), shop.sell()
    open_deliveries(seller_id=shop.seller_id, order_id=opened)
    with acting_for(shop.seller_id):  # its item is another delivery's: the database refuses to bind it, for ever
        (item_id,) = allocations(shop.seller_id, broken)[0].item_ids
        DeliveredItem.objects.create(seller_id=shop.seller_id, delivery=Delivery.objects.get(order_id=opened), stock_item_id=item_id)
    healthy = theirs.sell()
    clock.move(seconds=30)
    with pytest.raises(IntegrityError):
        sweep_unopened()
    assert delivery_of(theirs.seller_id, healthy) is not None


def test_a_database_that_is_away_is_told_at_once():
    seen = []

    def deed(row):
        seen.append(row)
        raise OperationalError

    with pytest.raises(OperationalError):
        one_by_one([1, 2, 3], deed)
    assert seen == [1]
