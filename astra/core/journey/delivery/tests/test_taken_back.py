"""The payer's bank takes the money of an order back while its goods are not all there: nothing more is spent on it."""

import pytest

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import Reservation
from astra.core.journey.catalog.queries import variation_facts, waiting_position
from astra.core.journey.delivery.actions.claim_delivery import claim_delivery
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.actions.reveal_goods import NotPaid, reveal_goods
from astra.core.journey.delivery.queries import delivery_facts
from astra.core.journey.delivery.sweeps import sweep_due, sweep_unopened
from astra.core.journey.delivery.tests.shop import BUYER, Shop
from astra.core.journey.sales.queries import order_facts

OTHER = "310000000000000002"
PRICE = 1000


def reservation(shop, order_id):
    with acting_for(shop.seller_id):
        return Reservation.objects.get(order_id=order_id)


def test_an_order_whose_money_went_back_leaves_the_queue(shop: Shop):
    shop.sell(quantity=3)
    refunded, waiting = shop.sell(), shop.sell(buyer_id=OTHER)
    open_deliveries(seller_id=shop.seller_id, order_id=refunded)
    assert waiting_position(shop.seller_id, waiting) == 2
    shop.take_back(refunded, PRICE)
    assert order_facts(shop.seller_id, refunded).word == "refunded"
    assert waiting_position(shop.seller_id, refunded) is None
    assert waiting_position(shop.seller_id, waiting) == 1
    shop.stock("KEY-4")
    assert reservation(shop, waiting).filled == 1, "the item goes to the one who still paid"
    assert reservation(shop, refunded).filled == 0
    shop.stock("KEY-5")
    assert variation_facts(shop.seller_id, shop.variation_id).available == 1, "nobody waits: it is on sale"


def test_what_it_has_stays_its_own_and_it_asks_for_no_more(shop: Shop):
    order_id = shop.sell(quantity=5)
    open_deliveries(seller_id=shop.seller_id, order_id=order_id)
    shop.take_back(order_id, 5 * PRICE)
    shop.stock("KEY-4", "KEY-5")
    assert reservation(shop, order_id).filled == 3, "never sold again, never topped up"
    assert variation_facts(shop.seller_id, shop.variation_id).available == 2


def test_money_taken_back_in_part_keeps_the_place(shop: Shop):
    shop.sell(quantity=3)
    order_id = shop.sell()
    shop.take_back(order_id, PRICE // 2)
    assert waiting_position(shop.seller_id, order_id) == 1
    shop.stock("KEY-4")
    assert reservation(shop, order_id).filled == 1


def test_taken_back_while_somebody_sends(shop: Shop, clock):
    """The sender comes back, or never does: nothing is opened, claimed or left behind as if it were still due."""
    order_id = shop.sell()
    open_deliveries(seller_id=shop.seller_id, order_id=order_id)
    assert claim_delivery(seller_id=shop.seller_id, order_id=order_id) is not None
    shop.take_back(order_id, PRICE)
    clock.move(minutes=30)
    assert (sweep_due(), sweep_unopened()) == (0, 0)
    assert claim_delivery(seller_id=shop.seller_id, order_id=order_id) is None
    with pytest.raises(NotPaid):
        reveal_goods(seller_id=shop.seller_id, order_id=order_id, buyer_id=BUYER, interaction_id="1")
    assert delivery_facts(shop.seller_id, order_id).lines[0].state == "attempting"
