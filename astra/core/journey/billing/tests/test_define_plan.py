"""A plan's terms never change under who has it: new terms are a new version."""

import pytest

from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.actions.define_plan import BadPlan, PlanCodeTaken, PlanNeedsPrice, define_plan
from astra.core.journey.billing.models import Plan
from astra.core.journey.billing.queries import defined_plans, offers, plan_facts

TERMS = {
    "name": "Começo",
    "period": "month",
    "days": 0,
    "price_minor": 3990,
    "fee_basis_points": 300,
    "max_instances": 1,
    "max_products": 60,
    "max_members": 2,
    "engines": ["none", "local"],
    "is_hidden": False,
    "is_new": False,
}


def test_new_terms_are_a_new_version_and_who_has_the_old_keeps_it(seller, actor, pay, plan_id):
    old = plan_id("comeco")
    pay(checkout(seller_id=seller.id, plan_id=old, actor=actor))
    new = define_plan(code="comeco", **{**TERMS, "max_products": 10})
    assert new != old
    assert Plan.objects.get(id=new).version == 2
    assert plan_facts(seller.id).plan.id == old
    assert allowance(seller.id).max_products == 60
    assert new in {one.id for one in offers()}
    assert old not in {one.id for one in offers()}


def test_hiding_makes_no_version(db, plan_id):
    old = plan_id("comeco")
    assert define_plan(code="comeco", **{**TERMS, "price_minor": 2990, "is_hidden": True}) == old
    assert old not in {one.id for one in offers()}
    assert old in {one.id for one in defined_plans()}


@pytest.mark.parametrize(
    ("code", "changed", "failure"),
    [
        ("comeco", {"price_minor": 0}, PlanNeedsPrice),
        ("comeco", {"is_new": True}, PlanCodeTaken),
        ("trial", {}, BadPlan),
        ("Não serve", {}, BadPlan),
        ("comeco", {"engines": []}, BadPlan),
        ("comeco", {"fee_basis_points": 10_001}, BadPlan),
        ("comeco", {"max_products": 0}, BadPlan),
    ],
)
def test_terms_that_make_no_sense_are_refused(db, code, changed, failure):
    before = Plan.objects.count()
    with pytest.raises(failure):
        define_plan(code=code, **{**TERMS, **changed})
    assert Plan.objects.count() == before
