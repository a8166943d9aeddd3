"""What buyers do in the tests of sales: carts, orders and payments at the provider's sandbox."""

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from astra.core.foundation.ids import new_id
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.queries import ProductFacts
from astra.core.journey.catalog.tests.shop import add_stock, make_product
from astra.core.journey.sales.actions.change_cart import change_cart
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.journey.sales.queries import OrderFacts, order_facts
from astra.core.payments.actions.send_charge import send_charge
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import Charge
from astra.core.payments.queries import charge_facts

_clicks = itertools.count(1)


def new_click() -> str:
    """The id of a click that never was."""
    return f"click-{next(_clicks)}"


@dataclass
class Shop:
    """One seller's shop and its usual buyer."""

    seller_id: uuid.UUID
    buyer_id: str
    provider: Any
    instance_id: uuid.UUID = field(default_factory=new_id)

    def product(self, *secrets: str, no_stock: str = "refuse", prices: Sequence[int] = (990,), name: str = "Steam key") -> ProductFacts:
        """A product whose first variation has these secrets in stock."""
        product = make_product(self.seller_id, no_stock=no_stock, prices=prices, name=name)
        if secrets:
            self.restock(product, *secrets)
        return product

    def restock(self, product: ProductFacts, *secrets: str) -> int:
        """Pastes secrets into the first variation; returns how many orders that waited were served."""
        return add_stock(self.seller_id, product.variations[0].id, *secrets).served_waiting

    def cart(self, product: ProductFacts, *, quantity: int = 1, buyer_id: str = "", coupon: str = "", click_id: str = "") -> uuid.UUID:
        """A buyer's cart with the first variation of a product."""
        buyer_id = buyer_id or self.buyer_id
        order_id = open_cart(
            seller_id=self.seller_id,
            instance_id=self.instance_id,
            buyer_id=buyer_id,
            buyer_name="bento",
            guild_id="100",
            channel_id="200",
            product_id=product.id,
            click_id=click_id or new_click(),
        )
        if quantity != 1 or coupon:
            change_cart(seller_id=self.seller_id, order_id=order_id, buyer_id=buyer_id, quantity=quantity, coupon_code=coupon or None)
        return order_id

    def place(self, order_id: uuid.UUID, *, buyer_id: str = "", accepts_waiting: bool = False, click_id: str = "") -> uuid.UUID:
        """The buyer presses Pay."""
        return place_order(
            seller_id=self.seller_id,
            order_id=order_id,
            buyer_id=buyer_id or self.buyer_id,
            click_id=click_id or new_click(),
            accepts_waiting=accepts_waiting,
        )

    def order(self, product: ProductFacts, *, buyer_id: str = "", accepts_waiting: bool = False, **cart: Any) -> uuid.UUID:
        """A placed order."""
        order_id = self.cart(product, buyer_id=buyer_id, **cart)
        return self.place(order_id, buyer_id=buyer_id, accepts_waiting=accepts_waiting)

    def charge(self, order_id: uuid.UUID) -> str:
        """Makes the charge of an order at the provider; its id there."""
        charge_id = self.facts(order_id).charge_id
        assert charge_id is not None
        send_charge(seller_id=self.seller_id, charge_id=charge_id)
        return charge_facts(self.seller_id, charge_id).provider_id

    def pay_unseen(self, order_id: uuid.UUID, **payment: Any) -> None:
        """The buyer pays at the provider; we have not heard of it yet."""
        self.provider.pay(self.charge(order_id), **payment)

    def hear(self, order_id: uuid.UUID) -> None:
        """We hear how the charge stands."""
        charge_id = self.facts(order_id).charge_id
        assert charge_id is not None
        take_reading(seller_id=self.seller_id, charge_id=charge_id)

    def pay(self, order_id: uuid.UUID, **payment: Any) -> OrderFacts:
        """The buyer pays and we hear of it."""
        self.pay_unseen(order_id, **payment)
        self.hear(order_id)
        return self.facts(order_id)

    def facts(self, order_id: uuid.UUID) -> OrderFacts:
        """The order now."""
        return order_facts(self.seller_id, order_id)

    def steps(self, order_id: uuid.UUID) -> list[str]:
        """The kinds of its timeline."""
        return [step.kind for step in self.facts(order_id).timeline]

    def charges(self) -> int:
        """How many charges exist."""
        with acting_for(self.seller_id):
            return Charge.objects.count()
