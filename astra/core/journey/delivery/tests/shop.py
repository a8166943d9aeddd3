"""A shop in a test: products with stock, and orders paid through payments' own door (only the network is left out)."""

import dataclasses
import datetime
import itertools
import uuid
from collections.abc import Sequence

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.ids import new_id
from astra.core.integrations.payments.port import ProviderCharge, ProviderPayment
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.sales.actions.apply_payment import apply_payment
from astra.core.journey.sales.actions.change_cart import change_cart
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.journey.sales.actions.record_refund import record_refund
from astra.core.journey.sales.queries import OrderFacts, order_facts
from astra.core.payments import purposes
from astra.core.payments.actions.apply_reading import apply_reading

BUYER = "310000000000000001"
OWNER = Actor("member", "tests")
_numbers = itertools.count(1)


@dataclasses.dataclass
class Shop:
    """One product of one seller, with one variation."""

    seller_id: uuid.UUID
    product_id: uuid.UUID
    variation_id: uuid.UUID
    instance_id: uuid.UUID

    def stock(self, *secrets: str) -> None:
        """Pastes items."""
        import_stock(seller_id=self.seller_id, variation_id=self.variation_id, text="\n".join(secrets), actor=OWNER)

    def place(self, *, buyer_id: str = BUYER, quantity: int = 1) -> uuid.UUID:
        """An order that awaits payment."""
        number = next(_numbers)
        order_id = open_cart(
            seller_id=self.seller_id,
            instance_id=self.instance_id,
            buyer_id=buyer_id,
            buyer_name="bento",
            guild_id="1",
            channel_id="2",
            product_id=self.product_id,
            click_id=f"open-{number}",
        )
        if quantity != 1:
            change_cart(seller_id=self.seller_id, order_id=order_id, buyer_id=buyer_id, quantity=quantity)
        return place_order(
            seller_id=self.seller_id,
            order_id=order_id,
            buyer_id=buyer_id,
            click_id=f"place-{number}",
            accepts_waiting=True,
        )

    def pay(self, order_id: uuid.UUID) -> None:
        """The provider is read and says: paid."""
        order = order_facts(self.seller_id, order_id)
        self._read(order, ProviderPayment(f"pp_{order_id}", order.total_minor, 0, 0, current_instant(), f"E{order_id.hex[:20]}"), rank=3)

    def take_back(self, order_id: uuid.UUID, amount_minor: int) -> None:
        """The payer's bank took money back, unasked, and the provider's reading says so."""
        order = order_facts(self.seller_id, order_id)
        said = ProviderPayment(f"pp_{order_id}", order.total_minor, 0, amount_minor, current_instant(), f"E{order_id.hex[:20]}")
        self._read(order, said, rank=4)

    def _read(self, order: OrderFacts, said: ProviderPayment, *, rank: int) -> None:
        purposes.register("order", apply_payment, record_refund)
        assert order.charge_id is not None
        reading = ProviderCharge(
            provider_id=f"ch_{order.id}",
            reference=str(order.charge_id),
            account="acc",
            status="paid",
            rank=rank,
            updated_at=current_instant(),
            amount_minor=order.total_minor,
            currency=order.currency,
            copy_paste="code",
            pay_url="",
            expires_at=current_instant() + datetime.timedelta(minutes=15),
            payments=(said,),
        )
        apply_reading(seller_id=self.seller_id, charge_id=order.charge_id, reading=reading)

    def sell(self, *, buyer_id: str = BUYER, quantity: int = 1) -> uuid.UUID:
        """A paid order."""
        order_id = self.place(buyer_id=buyer_id, quantity=quantity)
        self.pay(order_id)
        return order_id


def open_shop(seller_id: uuid.UUID, *, secrets: Sequence[str] = (), price_minor: int = 1000, no_stock: str = "wait") -> Shop:
    """A shop with a product of one variation."""
    product_id = create_product(
        seller_id=seller_id,
        name="Conta premium",
        description="",
        no_stock=no_stock,
        variations=[NewVariation("30 dias", price_minor)],
        actor=OWNER,
    )
    variation = product_facts(seller_id, product_id).variations[0]
    shop = Shop(seller_id, product_id, variation.id, new_id())
    if secrets:
        shop.stock(*secrets)
    return shop
