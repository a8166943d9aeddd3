"""Where a test pays: at the provider, with the product looking as after a webhook."""

import uuid
from typing import Any

import pytest

from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.sales.queries import order_facts
from astra.core.payments.queries import charge_facts
from astra.core.surfaces.discord.tests.shop import ShopInTest
from tests.support.provider import ProviderInTest
from tests.support.queue import QueueInTest


class Till:
    """Pays at the provider and has the product look."""

    def __init__(self, shop: ShopInTest, provider: ProviderInTest, queue: QueueInTest) -> None:
        self.shop, self.provider, self.queue = shop, provider, queue

    def order(self, *, by: str = "", variation: int = 0, verb: str = "pay") -> tuple[dict[str, Any], uuid.UUID]:
        """Buys one item up to the picture of the PIX."""
        cart, order_id = self.shop.buy(by=by)
        if variation:
            chosen = product_facts(self.shop.seller.id, self.shop.product_id).variations[variation]
            self.shop.choose(cart, f"cart:{order_id}:variation", str(chosen.id), by=by)
        found = self.shop.press(cart, f"cart:{order_id}:{verb}", by=by)
        assert found["outcome"] == "update", found
        self.queue.run()
        return cart, order_id

    def pay(self, order_id: uuid.UUID) -> None:
        """Pays the order's code, and reads the charge as the webhook would have it read."""
        self.settle(order_id)
        self.queue.run()

    def settle(self, order_id: uuid.UUID) -> None:
        """As pay, with the jobs that follow left waiting."""
        from astra.core.payments.actions.take_reading import take_reading

        order = order_facts(self.shop.seller.id, order_id)
        assert order.charge_id
        self.provider.pay(charge_facts(self.shop.seller.id, order.charge_id).provider_id)
        take_reading(seller_id=self.shop.seller.id, charge_id=order.charge_id)


@pytest.fixture
def till(shop: ShopInTest, payment_provider: ProviderInTest, queue: QueueInTest) -> Till:
    """The shop's till; whatever the making of the shop left in the queue is gone."""
    queue.forget()
    return Till(shop, payment_provider, queue)
