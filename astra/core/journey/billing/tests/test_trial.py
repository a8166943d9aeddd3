"""The trial: once per seller and per person, and its limits are in force at once."""

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.actions.open_seller import open_seller
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.start_trial import TrialUsed, start_trial
from astra.core.journey.billing.queries import plan_facts


def test_the_trial_puts_its_limits_in_force(seller, clock):
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    limits = allowance(seller.id)
    assert (limits.max_instances, limits.max_products, limits.fee_basis_points) == (1, 20, 500)
    assert set(limits.engines) == {"none", "local"}
    assert limits.may_sell
    assert plan_facts(seller.id).days_left == 7
    clock.move(days=7, minutes=1)
    assert not allowance(seller.id).may_sell
    assert plan_facts(seller.id).state == "expired"


def test_a_second_trial_is_refused(seller):
    actor = Actor("member", str(seller.user_id))
    start_trial(seller_id=seller.id, actor=actor)
    with pytest.raises(TrialUsed):
        start_trial(seller_id=seller.id, actor=actor)


def test_a_person_with_another_shop_gets_no_second_trial(seller):
    actor = Actor("member", str(seller.user_id))
    start_trial(seller_id=seller.id, actor=actor)
    second = open_seller(user_id=seller.user_id, name="Outra")
    with pytest.raises(TrialUsed):
        start_trial(seller_id=second, actor=actor)


def test_another_seller_is_untouched(seller, other_seller):
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    assert plan_facts(other_seller.id) is None
