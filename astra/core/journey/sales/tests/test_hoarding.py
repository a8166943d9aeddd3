"""Who holds stock without paying: a few orders, not the shelf; however fast he presses."""

from functools import partial

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.catalog.queries import variation_facts
from astra.core.journey.sales.actions.cancel_order import cancel_order
from astra.core.journey.sales.actions.place_order import MAX_UNPAID, TooManyUnpaid
from astra.core.journey.sales.models.order_state import Word
from astra.core.journey.sales.tests.test_races import open_shop, together

__all__ = ["open_shop"]


def test_a_buyer_holds_a_few_unpaid_orders_and_is_told(shop):
    product = shop.product(*[f"key {at}" for at in range(9)])
    held = [shop.order(product) for _ in range(MAX_UNPAID)]
    one_more = shop.cart(product)
    charges = shop.charges()
    with pytest.raises(TooManyUnpaid):
        shop.place(one_more)
    assert (shop.facts(one_more).word, shop.charges()) == (Word.DRAFT, charges), "the cart is as it was, nothing is charged"
    assert variation_facts(shop.seller_id, product.variations[0].id).available == 9 - MAX_UNPAID
    shop.order(product, buyer_id="777")
    assert shop.place(held[0]) == held[0], "the same button again leads to the same order, never to a refusal"
    cancel_order(seller_id=shop.seller_id, order_id=held[0], actor=Actor("buyer", shop.buyer_id))
    shop.place(one_more)
    shop.pay(one_more)
    shop.order(product)


@pytest.mark.commits
def test_eight_carts_placed_at_once_hold_no_more(open_shop):
    products = [open_shop.product("key one", "key two", name=f"Game {at}") for at in range(8)]
    carts = [open_shop.cart(product) for product in products]
    found = together(*(partial(open_shop.place, order_id) for order_id in carts))
    refused = [one for one in found if isinstance(one, TooManyUnpaid)]
    assert (len(refused), len(found) - len(refused)) == (8 - MAX_UNPAID, MAX_UNPAID), found
