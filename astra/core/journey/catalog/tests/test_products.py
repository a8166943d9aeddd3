"""Products: made, changed, archived, limited by the plan, and seen by their own seller only."""

import pytest

from astra.core.foundation.failure import NotFound
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.catalog.access import access_product, access_variation
from astra.core.journey.catalog.actions.archive_product import archive_product
from astra.core.journey.catalog.actions.change_product import ChangedVariation, change_product
from astra.core.journey.catalog.actions.create_product import BadProduct, NewVariation, TooManyProducts, create_product
from astra.core.journey.catalog.actions.restore_product import restore_product
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.catalog.queries import product_facts, products
from astra.core.journey.catalog.tests.shop import MEMBER, add_stock, make_product


def test_a_product_as_it_was_made(seller):
    facts = make_product(seller.id, prices=(990, 500))
    assert (facts.name, facts.currency, facts.no_stock, facts.from_price_minor) == ("Steam key", "BRL", "refuse", 500)
    assert [(v.name, v.price_minor, v.available, v.in_words) for v in facts.variations] == [
        ("Kind 0", 990, 0, "sold_out"),
        ("Kind 1", 500, 0, "sold_out"),
    ]


def test_variations_are_changed_added_and_archived_and_may_swap_names(seller):
    facts = make_product(seller.id, prices=(100, 200, 300))
    one, two, _three = facts.variations
    change_product(
        seller_id=seller.id,
        product_id=facts.id,
        name="New name",
        description="words",
        variations=[
            ChangedVariation(two.id, one.name, 250),
            ChangedVariation(one.id, two.name, 100),
            ChangedVariation(None, "Extra", 900),
        ],
        actor=MEMBER,
    )
    after = product_facts(seller.id, facts.id)
    assert (after.name, after.description) == ("New name", "words")
    assert [(v.name, v.price_minor) for v in after.variations] == [("Kind 0", 250), ("Kind 1", 100), ("Extra", 900)]
    assert [v.id for v in after.variations[:2]] == [two.id, one.id]


def test_somebody_elses_variation_cannot_be_slipped_in(seller, other_seller):
    mine, theirs = make_product(seller.id), make_product(other_seller.id)
    with pytest.raises(NotFound):
        change_product(
            seller_id=seller.id,
            product_id=mine.id,
            name="x",
            description="",
            variations=[ChangedVariation(theirs.variations[0].id, "x", 1)],
            actor=MEMBER,
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"name": "x" * 81},
        {"description": "x" * 2001},
        {"no_stock": "later"},
        {"variations": []},
        {"variations": [NewVariation("a", 0)]},
        {"variations": [NewVariation("a", 1), NewVariation("a ", 2)]},
        {"variations": [NewVariation(str(at), 1) for at in range(26)]},
    ],
)
def test_a_product_that_cannot_be_is_not_saved(seller, changes):
    given = {"name": "a", "description": "", "no_stock": "refuse", "variations": [NewVariation("a", 1)], **changes}
    with pytest.raises(BadProduct):
        create_product(seller_id=seller.id, actor=MEMBER, **given)
    assert products(seller.id) == []


def test_the_plan_limits_the_products_and_archived_ones_do_not_count(seller):
    set_allowance(
        seller_id=seller.id, plan_name="T", sells_until=None, max_instances=1, max_products=1, fee_basis_points=500, engines=["none"]
    )
    first = make_product(seller.id)
    with pytest.raises(TooManyProducts):
        make_product(seller.id)
    archive_product(seller_id=seller.id, product_id=first.id, actor=MEMBER)
    second = make_product(seller.id)
    assert [product.id for product in products(seller.id)] == [second.id]
    assert [product.id for product in products(seller.id, archived=True)] == [first.id]
    with pytest.raises(TooManyProducts):
        restore_product(seller_id=seller.id, product_id=first.id, actor=MEMBER)


def test_another_seller_finds_nothing(seller, other_seller):
    facts = make_product(seller.id)
    add_stock(seller.id, facts.variations[0].id, "a")
    for attempt in (
        lambda: access_product(other_seller.id, facts.id),
        lambda: access_variation(other_seller.id, facts.variations[0].id),
        lambda: archive_product(seller_id=other_seller.id, product_id=facts.id, actor=MEMBER),
        lambda: restore_product(seller_id=other_seller.id, product_id=facts.id, actor=MEMBER),
        lambda: set_no_stock(seller_id=other_seller.id, product_id=facts.id, no_stock="wait", actor=MEMBER),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert products(other_seller.id) == []
    assert access_product(seller.id, facts.id).available == 1
