"""A seller changes the words, the prices or the variations of a product."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.create_product import check_variations, check_words
from astra.core.journey.catalog.events import ProductChanged
from astra.core.journey.catalog.models import Product, Variation


@dataclass(frozen=True, slots=True)
class ChangedVariation:
    """A variation as it shall be. ``id`` None makes a new one."""

    id: uuid.UUID | None
    name: str
    price_minor: int


def change_product(
    *,
    seller_id: uuid.UUID,
    product_id: uuid.UUID,
    name: str,
    description: str,
    variations: Sequence[ChangedVariation],
    actor: Actor,
) -> None:
    """Writes words and variations of a product; a variation that is not named any more is archived with its stock.

    Placed orders keep the words and prices they were placed with. Raises BadProduct, NotFound.
    """
    check_words(name, description)
    check_variations([(variation.name, variation.price_minor) for variation in variations])
    with acting_for(seller_id):
        product = Product.objects.select_for_update(no_key=True).filter(id=product_id).first()
        if product is None:
            raise NotFound
        known = {row.id: row for row in Variation.objects.filter(product_id=product_id, archived_at=None)}
        if any(variation.id is not None and variation.id not in known for variation in variations):
            raise NotFound
        Product.objects.filter(id=product_id).update(name=name.strip(), description=description.strip())
        kept = {variation.id for variation in variations if variation.id is not None}
        Variation.objects.filter(id__in=known.keys() - kept).update(archived_at=AstraNow())
        # Two variations may swap their names: each first gets one that nobody else has.
        for variation_id in kept:
            Variation.objects.filter(id=variation_id).update(name=str(variation_id))
        for place, variation in enumerate(variations):
            words = {"name": variation.name.strip(), "price_minor": variation.price_minor, "place": place}
            if variation.id is None:
                Variation.objects.create(seller_id=seller_id, product_id=product_id, **words)
            else:
                Variation.objects.filter(id=variation.id).update(**words)
        prices = {
            str(variation.id): [known[variation.id].price_minor, variation.price_minor]
            for variation in variations
            if variation.id is not None and known[variation.id].price_minor != variation.price_minor
        }
        record(
            seller_id=seller_id,
            actor=actor,
            verb="change_product",
            object_kind="product",
            object_id=product_id,
            facts={"prices": prices} if prices else {},
        )
        emit(ProductChanged(seller_id, product_id))
