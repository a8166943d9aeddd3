"""A refusal for a limit says which plan lifts it."""

import pytest

from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.billing.actions.define_plan import define_plan
from astra.core.journey.billing.entitlements import with_lifting_plan, with_plan_of_engine
from astra.core.journey.billing.models import Plan
from astra.core.journey.billing.tests.test_define_plan import TERMS


def test_the_cheapest_plan_that_allows_more_is_named(db):
    assert with_lifting_plan("Full.", "max_products", 20) == "Full. O plano Começo permite até 60."
    assert "Loja permite até 500" in with_lifting_plan("Full.", "max_products", 60)
    assert with_lifting_plan("Full.", "max_products", 500) == "Full."


def test_hidden_plans_are_not_named(db):
    Plan.objects.exclude(code="trial").update(is_hidden=True)
    assert with_lifting_plan("Full.", "max_instances", 1) == "Full."


def test_the_cheapest_plan_that_has_an_engine_is_named(db):
    define_plan(code="forte", **{**TERMS, "name": "Forte", "price_minor": 9990, "engines": ["none", "kubernetes"], "is_new": True})
    assert with_plan_of_engine("Not this way.", "none") == "Not this way. O plano Começo inclui."
    assert with_plan_of_engine("Not this way.", "kubernetes") == "Not this way. O plano Forte inclui."
    assert with_plan_of_engine("Not this way.", "nowhere") == "Not this way."


def test_the_product_that_does_not_fit_names_the_plan(seller, actor):
    from astra.core.journey.catalog.actions.create_product import NewVariation, TooManyProducts, create_product

    set_allowance(
        seller_id=seller.id,
        plan_name="Trial",
        sells_until=None,
        max_instances=1,
        max_products=0,
        fee_basis_points=500,
        engines=["local"],
    )
    with pytest.raises(TooManyProducts) as refused:
        create_product(
            seller_id=seller.id, name="Um", description="", no_stock="refuse", variations=[NewVariation("Padrão", 100)], actor=actor
        )
    assert "Começo" in str(refused.value.text)
