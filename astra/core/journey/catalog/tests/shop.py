"""A small shop for the tests of catalog and sales."""

import datetime
import uuid
from collections.abc import Sequence

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import ImportReport, import_stock
from astra.core.journey.catalog.queries import ProductFacts, product_facts

MEMBER = Actor("member", "lara")


def make_product(
    seller_id: uuid.UUID, *, no_stock: str = "refuse", prices: Sequence[int] = (990,), name: str = "Steam key"
) -> ProductFacts:
    """A product with one variation per price (minor units), without stock."""
    product_id = create_product(
        seller_id=seller_id,
        name=name,
        description="",
        no_stock=no_stock,
        variations=[NewVariation(f"Kind {at}", price) for at, price in enumerate(prices)],
        actor=MEMBER,
    )
    return product_facts(seller_id, product_id)


def add_stock(seller_id: uuid.UUID, variation_id: uuid.UUID, *secrets: str) -> ImportReport:
    """Pastes secrets into a variation."""
    return import_stock(seller_id=seller_id, variation_id=variation_id, text="\n".join(secrets), actor=MEMBER)


def soon() -> datetime.datetime:
    """When a reservation made now would end."""
    return current_instant() + datetime.timedelta(minutes=15)
