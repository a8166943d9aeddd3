"""A charge is made once, whatever becomes of the answers."""

import uuid

import pytest

from astra.core.foundation.failure import NotFound
from astra.core.payments.actions.cancel_charge import cancel_charge
from astra.core.payments.actions.send_charge import send_charge
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import Charge
from astra.core.payments.queries import history_of
from astra.core.payments.sweeps import janitor
from astra.core.payments.tests.conftest import PRICE, Shop
from tests.support.cast import SellerInTest
from tests.support.queue import QueueInTest


def made(shop: Shop, charge_id: uuid.UUID) -> int:
    return len(shop.provider.charges(charge_id))


def test_an_intended_charge_is_made_by_its_job(shop: Shop, queue: QueueInTest) -> None:
    charge_id = shop.intend()
    assert queue.names() == ["payments.send_charge"]
    queue.run()
    facts = shop.facts(charge_id)
    theirs = shop.provider.charge(facts.provider_id)
    assert (facts.state, facts.copy_paste) == ("pending", theirs["br_code"])
    assert (theirs["reference"], theirs["amount_minor"], theirs["payer"]["name"]) == (str(charge_id), PRICE, "Bento")
    assert [step.event for step in history_of(shop.seller.id, "charge", charge_id)] == ["intended", "made"]


def test_sending_twice_makes_one_charge(shop: Shop) -> None:
    charge_id = shop.intend()
    for _ in range(2):
        assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "pending"
    assert made(shop, charge_id) == 1


@pytest.mark.parametrize("kind", ["504", "cut"])
def test_a_lost_answer_is_looked_up_and_nothing_is_made_twice(shop: Shop, queue: QueueInTest, kind: str) -> None:
    shop.provider.knobs(timeout_after_success=2, timeout_kind=kind)  # to ask again would be answered no better
    charge_id = shop.intend()
    queue.run()
    assert (shop.state(charge_id), made(shop, charge_id)) == ("unknown", 1)
    shop.clock.move(seconds=10)
    assert janitor() == 1
    queue.run()
    assert (shop.state(charge_id), made(shop, charge_id)) == ("pending", 1)


def test_the_job_may_be_lost(shop: Shop, queue: QueueInTest) -> None:
    charge_id = shop.intend()
    queue.forget()
    assert janitor() == 0
    shop.clock.move(seconds=11)
    assert janitor() == 1
    assert janitor() == 0, "a claimed row is left alone for half a minute"
    queue.run()
    assert shop.state(charge_id) == "pending"


def test_an_outage_is_waited_for_a_minute_and_then_told(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(api_errors=1000)
    charge_id = shop.intend()
    queue.run()
    assert shop.state(charge_id) == "created"
    for _ in range(8):
        shop.clock.move(seconds=10)
        janitor()
        queue.run()
    facts = shop.facts(charge_id)
    assert (facts.state, facts.failure_code) == ("rejected", "provider_down")
    shop.provider.knobs(api_errors=0)
    assert made(shop, charge_id) == 0


def test_an_outage_that_ends_in_time_is_forgotten(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(api_errors=2)
    charge_id = shop.intend()
    queue.run()
    for _ in range(4):
        shop.clock.move(seconds=10)
        janitor()
        queue.run()
    assert (shop.state(charge_id), made(shop, charge_id)) == ("pending", 1)


def test_a_charge_given_up_and_made_after_all_is_closed_when_it_is_found(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(timeout_after_success=1, timeout_kind="cut")
    charge_id = shop.intend()
    send_charge(seller_id=shop.seller.id, charge_id=charge_id)
    shop.provider.knobs(api_errors=1000)
    shop.clock.move(seconds=61)
    janitor()
    queue.run()
    assert shop.state(charge_id) == "rejected"
    shop.provider.knobs(api_errors=0)
    assert [charge["status"] for charge in shop.provider.charges(charge_id)] == ["pending"]
    shop.clock.move(minutes=2)
    janitor()
    queue.run()
    assert [charge["status"] for charge in shop.provider.charges(charge_id)] == ["cancelled"]
    assert shop.state(charge_id) == "rejected"


def test_a_charge_cancelled_while_its_making_was_unknown_is_closed_when_it_appears(shop: Shop) -> None:
    charge_id = shop.intend()
    shop.provider.knobs(timeout_after_success=1)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "unknown"
    assert cancel_charge(seller_id=shop.seller.id, charge_id=charge_id) == "cancelled"
    assert [charge["status"] for charge in shop.provider.charges(charge_id)] == ["cancelled"]


def test_a_charge_whose_time_is_over_is_never_made(shop: Shop) -> None:
    charge_id = shop.intend(minutes=1)
    shop.clock.move(minutes=2)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "expired"
    assert made(shop, charge_id) == 0


def test_a_charge_that_was_tried_and_whose_time_is_over_is_not_made_any_more(shop: Shop) -> None:
    shop.provider.knobs(api_errors=1)
    charge_id = shop.intend()
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "created"
    shop.clock.move(minutes=16)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "expired"
    assert made(shop, charge_id) == 0


def test_a_refused_charge_says_why(shop: Shop) -> None:
    charge_id = shop.intend(minutes=60 * 24 * 31)  # longer than the provider lets a code live
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "rejected"
    assert shop.facts(charge_id).failure_code == "invalid_field"


def test_another_seller_finds_nothing(shop: Shop, other_seller: SellerInTest) -> None:
    charge_id = shop.charge().id
    for verb in (send_charge, take_reading, cancel_charge):
        with pytest.raises(NotFound):
            verb(seller_id=other_seller.id, charge_id=charge_id)  # type: ignore[operator]
    assert shop.next_look(Charge, charge_id) is not None
