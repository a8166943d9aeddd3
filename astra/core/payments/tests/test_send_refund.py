"""A refund goes back once, whatever becomes of the answers."""

import uuid

import pytest

from astra.core.foundation.failure import NotFound
from astra.core.payments.actions.request_refund import request_refund
from astra.core.payments.actions.send_refund import send_refund
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import refund_facts
from astra.core.payments.sweeps import sweep_refunds
from astra.core.payments.tests.conftest import PRICE, Shop
from tests.support.cast import SellerInTest
from tests.support.queue import QueueInTest


@pytest.fixture
def parked(shop: Shop) -> tuple[uuid.UUID, uuid.UUID]:
    """A charge and its payment, which the purpose could not take."""
    shop.office.verdict = lambda _: "parked"
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    return charge.id, shop.payments(charge)[0].id


def ask(shop: Shop, payment_id: uuid.UUID, amount_minor: int = PRICE) -> uuid.UUID:
    return request_refund(seller_id=shop.seller.id, payment_id=payment_id, amount_minor=amount_minor, reason="test")


def send(shop: Shop, refund_id: uuid.UUID) -> str:
    return send_refund(seller_id=shop.seller.id, refund_id=refund_id)


def sweep(shop: Shop, queue: QueueInTest, **after: float) -> None:
    shop.clock.move(**after)
    sweep_refunds()
    queue.run("payments.send_refund")


def test_asked_twice_it_goes_back_once(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID]) -> None:
    refund_id = ask(shop, parked[1])
    assert [send(shop, refund_id), send(shop, refund_id)] == ["succeeded", "succeeded"]
    assert len(shop.provider.refunds(refund_id)) == 1
    assert len(shop.office.refunded) == 1
    assert shop.state(parked[0]) == "refunded"


@pytest.mark.parametrize("kind", ["504", "cut"])
def test_a_lost_answer_is_looked_up(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest, kind: str) -> None:
    refund_id = ask(shop, parked[1])
    shop.provider.knobs(timeout_after_success=2, timeout_kind=kind)  # to ask again would be answered no better
    assert send(shop, refund_id) == "unknown"
    assert (shop.state(parked[0]), shop.balance("parked")) == ("refund_pending", PRICE)
    sweep(shop, queue, seconds=10)
    assert refund_facts(shop.seller.id, refund_id).state == "succeeded"
    assert len(shop.provider.refunds(refund_id)) == 1
    assert shop.balance("parked") == 0


def test_the_job_may_be_lost(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest) -> None:
    refund_id = ask(shop, parked[1])
    queue.forget()
    sweep(shop, queue, seconds=11)
    assert refund_facts(shop.seller.id, refund_id).state == "succeeded"


def test_an_outage_is_waited_out(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest) -> None:
    refund_id = ask(shop, parked[1])
    shop.provider.knobs(api_errors=3)
    assert send(shop, refund_id) == "requested"
    for _ in range(4):
        sweep(shop, queue, minutes=1)
    assert refund_facts(shop.seller.id, refund_id).state == "succeeded"
    assert len(shop.provider.refunds(refund_id)) == 1


def test_a_pending_refund_is_followed_to_its_end(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest) -> None:
    shop.provider.knobs(refund_outcome="pending", refund_delay_seconds=3600)
    refund_id = ask(shop, parked[1])
    assert send(shop, refund_id) == "pending"
    sweep(shop, queue, seconds=31)
    facts = refund_facts(shop.seller.id, refund_id)
    assert (facts.state, shop.balance("parked")) == ("pending", PRICE)
    shop.provider.settle("refunds", facts.provider_id, "settle")
    sweep(shop, queue, minutes=2)
    assert refund_facts(shop.seller.id, refund_id).state == "succeeded"
    assert shop.state(parked[0]) == "refunded"


def test_a_refund_that_failed_for_good_leaves_the_money_parked_and_may_be_asked_again(
    shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest
) -> None:
    shop.provider.knobs(refund_outcome="failed")
    refund_id = ask(shop, parked[1])
    assert send(shop, refund_id) == "failed"
    assert refund_facts(shop.seller.id, refund_id).failure_code == "payer_account_closed"
    assert (shop.state(parked[0]), shop.balance("parked")) == ("approved", PRICE)
    shop.provider.knobs(refund_outcome="succeeded")
    assert send(shop, ask(shop, parked[1])) == "succeeded"
    assert (shop.state(parked[0]), shop.balance("parked")) == ("refunded", 0)


def test_a_refund_in_parts(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID]) -> None:
    first, second = ask(shop, parked[1], 1000), ask(shop, parked[1], PRICE - 1000)
    assert send(shop, first) == "succeeded"
    assert shop.state(parked[0]) == "refund_pending"
    assert send(shop, second) == "succeeded"
    assert shop.state(parked[0]) == "refunded"


def test_a_part_alone_leaves_the_charge_partially_refunded(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID]) -> None:
    assert send(shop, ask(shop, parked[1], 1000)) == "succeeded"
    assert shop.state(parked[0]) == "partially_refunded"


def test_an_empty_account_is_waited_for_with_a_new_key(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest) -> None:
    free = shop.provider.get("/v1/account")
    shop.provider.knobs(payout_delay_seconds=3600)
    spent = free["balance_minor"] - free["held_minor"]
    from astra.core.integrations.payments.provider import provider
    from astra.core.payments.tests.test_send_payout import request_of

    provider().create_payout(request_of(spent))
    refund_id = ask(shop, parked[1])
    assert send(shop, refund_id) == "requested"
    assert refund_facts(shop.seller.id, refund_id).failure_code == "insufficient_balance"
    shop.provider.deposit(10_000)
    sweep(shop, queue, minutes=1)
    assert refund_facts(shop.seller.id, refund_id).state == "succeeded"


def test_what_the_purpose_raises_is_tried_again_and_books_once(
    shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], queue: QueueInTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    from astra.core.payments import purposes

    refund_id = ask(shop, parked[1])
    with monkeypatch.context() as patched:
        patched.setattr(purposes, "refunded", lambda news: (_ for _ in ()).throw(RuntimeError("shelf")))
        with pytest.raises(RuntimeError):
            send(shop, refund_id)
    assert shop.balance("parked") == PRICE
    queue.forget()
    sweep(shop, queue, seconds=31)
    assert (refund_facts(shop.seller.id, refund_id).state, shop.balance("parked")) == ("succeeded", 0)
    assert len(shop.provider.refunds(refund_id)) == 1


def test_another_seller_finds_nothing(shop: Shop, parked: tuple[uuid.UUID, uuid.UUID], other_seller: SellerInTest) -> None:
    refund_id = ask(shop, parked[1])
    with pytest.raises(NotFound):
        send_refund(seller_id=other_seller.id, refund_id=refund_id)
    with pytest.raises(NotFound):
        request_refund(seller_id=other_seller.id, payment_id=parked[1], amount_minor=1, reason="theft")
    with pytest.raises(NotFound):
        refund_facts(other_seller.id, refund_id)
