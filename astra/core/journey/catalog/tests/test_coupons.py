"""Coupons: what they take off, when they are refused, and that the last use is given once."""

import datetime

import pytest

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import NotFound
from astra.core.foundation.ids import new_id
from astra.core.foundation.invariants import violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.access import access_coupon
from astra.core.journey.catalog.actions.create_coupon import BadCoupon, create_coupon
from astra.core.journey.catalog.actions.return_coupon import return_coupon
from astra.core.journey.catalog.actions.switch_coupon import switch_coupon
from astra.core.journey.catalog.actions.take_coupon import CouponRefused, quote_coupon, take_coupon
from astra.core.journey.catalog.queries import coupons
from astra.core.journey.catalog.tests.shop import MEMBER


def make(seller_id, **changes):
    given = {"code": "welcome10", "kind": "percent", "value": 10, **changes}
    return create_coupon(seller_id=seller_id, actor=MEMBER, **given)


def off(seller_id, amount_minor, code="Welcome10 "):
    return quote_coupon(seller_id=seller_id, code=code, amount_minor=amount_minor).discount_minor


def test_a_percentage_is_rounded_half_up_and_the_code_is_read_kindly(seller):
    make(seller.id)
    assert [off(seller.id, amount) for amount in (1000, 1004, 1005, 7)] == [100, 100, 101, 1]


def test_a_fixed_amount_never_makes_an_order_free(seller):
    make(seller.id, kind="fixed", value=500)
    assert off(seller.id, 501) == 500
    with pytest.raises(CouponRefused) as caught:
        off(seller.id, 500)
    assert caught.value.facts == {"reason": "too_much"}


def test_a_coupon_is_refused_for_a_named_reason(seller, other_seller, clock):
    now = current_instant()
    coupon_id = make(
        seller.id,
        minimum_minor=1000,
        max_uses=1,
        starts_at=now + datetime.timedelta(hours=1),
        ends_at=now + datetime.timedelta(hours=2),
    )

    def reason(amount_minor=1000, seller_id=seller.id):
        with pytest.raises(CouponRefused) as caught:
            off(seller_id, amount_minor)
        return caught.value.facts["reason"]

    assert reason() == "early"
    clock.move(minutes=61)
    assert reason(999) == "minimum"
    assert reason(seller_id=other_seller.id) == "unknown"
    switch_coupon(seller_id=seller.id, coupon_id=coupon_id, active=False, actor=MEMBER)
    assert reason() == "unknown"
    switch_coupon(seller_id=seller.id, coupon_id=coupon_id, active=True, actor=MEMBER)
    order_id = new_id()
    with acting_for(seller.id):
        assert take_coupon(seller_id=seller.id, order_id=order_id, code="WELCOME10", amount_minor=1000).discount_minor == 100
    assert reason() == "used_up"
    assert coupons(seller.id)[0].uses == 1
    with acting_for(seller.id):
        assert return_coupon(seller_id=seller.id, order_id=order_id)
        assert not return_coupon(seller_id=seller.id, order_id=order_id)
    assert off(seller.id, 1000) == 100
    clock.move(minutes=60)
    assert reason() == "ended"
    assert violations(["C02"]) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "a"},
        {"code": "has space"},
        {"kind": "gift"},
        {"value": 0},
        {"value": 100},
        {"kind": "fixed", "value": 0},
        {"minimum_minor": -1},
        {"max_uses": 0},
    ],
)
def test_a_coupon_that_cannot_be_is_not_saved(seller, changes):
    with pytest.raises(BadCoupon):
        make(seller.id, **changes)
    assert coupons(seller.id) == []


def test_a_code_is_unique_per_seller_and_found_by_its_seller_only(seller, other_seller):
    coupon_id = make(seller.id)
    with pytest.raises(BadCoupon, match="code_taken"):
        make(seller.id, code="WELCOME10")
    make(other_seller.id)
    assert access_coupon(seller.id, coupon_id).code == "WELCOME10"
    with pytest.raises(NotFound):
        access_coupon(other_seller.id, coupon_id)
    with pytest.raises(NotFound):
        switch_coupon(seller_id=other_seller.id, coupon_id=coupon_id, active=False, actor=MEMBER)
