"""A seller offers something new."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance, seller_facts
from astra.core.journey.billing.entitlements import with_lifting_plan
from astra.core.journey.catalog.models import Product, Variation
from astra.core.journey.catalog.models.product import NoStock

NAME_CHARACTERS = 80
DESCRIPTION_CHARACTERS = 2000
MAX_VARIATIONS = 25  # what one select menu of Discord holds
MAX_PRICE_MINOR = 100_000_000


class BadProduct(Failure):
    """A name, text or price that a product cannot have. Nothing was saved."""

    text = _("This product cannot be saved like this. Nothing was changed.")
    label = "bad_product"


class TooManyProducts(Failure):
    """The plan's number of products is used up."""

    text = _("Your plan has no room for another product. Nothing was lost: archive one you no longer sell, or change your plan.")
    label = "too_many_products"


@dataclass(frozen=True, slots=True)
class NewVariation:
    """A variation to make: its name and its price in minor units of the seller's currency."""

    name: str
    price_minor: int


def create_product(
    *,
    seller_id: uuid.UUID,
    name: str,
    description: str,
    no_stock: str,
    variations: Sequence[NewVariation],
    actor: Actor,
) -> uuid.UUID:
    """Makes a product with at least one variation and returns its id. Raises BadProduct, TooManyProducts."""
    check_words(name, description)
    check_variations([(variation.name, variation.price_minor) for variation in variations])
    check_no_stock(no_stock)
    with acting_for(seller_id):
        most = allowance(seller_id).max_products
        if Product.objects.filter(archived_at=None).count() >= most:
            raise TooManyProducts(with_lifting_plan(TooManyProducts.text, "max_products", most))
        product = Product.objects.create(
            seller_id=seller_id,
            name=name.strip(),
            description=description.strip(),
            no_stock=no_stock,
            currency=seller_facts(seller_id).currency,
        )
        Variation.objects.bulk_create(
            Variation(seller_id=seller_id, product=product, name=variation.name.strip(), price_minor=variation.price_minor, place=place)
            for place, variation in enumerate(variations)
        )
        record(seller_id=seller_id, actor=actor, verb="create_product", object_kind="product", object_id=product.id)
    return product.id


def check_words(name: str, description: str) -> None:
    """Raises BadProduct for a product's name or description that is empty or too long."""
    if not 1 <= len(name.strip()) <= NAME_CHARACTERS:
        raise BadProduct(_("A product needs a name of up to 80 characters. Nothing was changed."))
    if len(description.strip()) > DESCRIPTION_CHARACTERS:
        raise BadProduct(_("A description has up to 2,000 characters. Nothing was changed."))


def check_variations(variations: Sequence[tuple[str, int]]) -> None:
    """Raises BadProduct for variations (name, price in minor units) that cannot stand beside each other."""
    if not 1 <= len(variations) <= MAX_VARIATIONS:
        raise BadProduct(_("A product has 1 to 25 variations. Nothing was changed."))
    names = [name.strip() for name, _price in variations]
    if any(not 1 <= len(name) <= NAME_CHARACTERS for name in names):
        raise BadProduct(_("A variation needs a name of up to 80 characters. Nothing was changed."))
    if len(set(names)) < len(names):
        raise BadProduct(_("Two variations of a product cannot have the same name. Nothing was changed."))
    if any(not 1 <= price <= MAX_PRICE_MINOR for _name, price in variations):
        raise BadProduct(_("A price is more than zero and at most one million. Nothing was changed."))


def check_no_stock(no_stock: str) -> None:
    """Raises BadProduct for a word that is not one of the two."""
    if no_stock not in NoStock.values:
        raise BadProduct(_("Choose what happens when the stock ends: refuse, or let buyers wait. Nothing was changed."))
