"""A payout is sent at most once, whatever happens on the way."""

import uuid

import pytest
from django.db import IntegrityError, connection

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import PayoutRequest
from astra.core.payments.actions.close_lost_payout import NotLost, close_lost_payout
from astra.core.payments.actions.read_payout import read_payout
from astra.core.payments.actions.send_payout import send_payout
from astra.core.payments.models import Payout
from astra.core.payments.queries import PayoutFacts, payout_facts
from astra.core.payments.sweeps import sweep_payouts
from astra.core.payments.tests.conftest import Shop
from tests.support.cast import SellerInTest
from tests.support.queue import QueueInTest


def request_of(amount_minor: int) -> PayoutRequest:
    """A payout of somebody else, which empties the account."""
    return PayoutRequest(str(uuid.uuid4()), amount_minor, "BRL", Secret("52998224725"), "Lara", Secret("52998224725"))


def facts(shop: Shop, payout_id: uuid.UUID) -> PayoutFacts:
    return payout_facts(shop.seller.id, payout_id)


def send(shop: Shop, payout_id: uuid.UUID) -> str:
    return send_payout(seller_id=shop.seller.id, payout_id=payout_id)


def outcomes(shop: Shop) -> list[str]:
    return [news.outcome for news in shop.office.settled]


def sweep(shop: Shop, queue: QueueInTest, **after: float) -> None:
    shop.clock.move(**after)
    sweep_payouts()
    queue.run()


def test_an_intended_payout_is_sent_and_paid(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage()
    queue.run()
    assert facts(shop, payout_id).state in ("processing", "paid")
    sweep(shop, queue, seconds=31)
    paid = facts(shop, payout_id)
    assert (paid.state, outcomes(shop)) == ("paid", ["paid"])
    assert paid.provider_id
    assert paid.end_to_end_id
    (theirs,) = shop.provider.payouts(payout_id)
    assert (theirs["amount_minor"], theirs["pix_key"]["value"], theirs["holder"]["name"]) == (700, "52998224725", "Lara")


@pytest.mark.parametrize("kind", ["504", "cut"])
def test_a_lost_answer_is_looked_up_and_nothing_is_sent_again(shop: Shop, queue: QueueInTest, kind: str) -> None:
    shop.provider.knobs(payout_outcome="unknown", timeout_kind=kind)
    payout_id = shop.wage()
    queue.run()
    assert (facts(shop, payout_id).state, outcomes(shop)) == ("unknown", ["unknown"])
    assert send(shop, payout_id) == "unknown"
    sweep(shop, queue, seconds=31)
    assert (facts(shop, payout_id).state, outcomes(shop)) == ("paid", ["unknown", "paid"])
    assert len(shop.provider.payouts(payout_id)) == 1


def test_a_program_that_died_while_sending_leaves_a_payout_that_is_never_sent(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage()
    queue.forget()
    with acting_for(shop.seller.id):  # what send_payout commits before it calls
        from astra.core.payments.actions.move import move

        row = Payout.objects.get(id=payout_id)
        move(row, "sending", sent_at=shop.clock.now(), next_look_at=shop.clock.now())
    for _ in range(4):
        sweep(shop, queue, minutes=10)
    assert (facts(shop, payout_id).state, outcomes(shop)) == ("unknown", ["unknown"])
    assert shop.provider.payouts(payout_id) == []
    actor = Actor("operator", "1")
    with pytest.raises(NotLost):
        close_lost_payout(seller_id=shop.seller.id, payout_id=payout_id, actor=actor, reason="")
    shop.clock.move(hours=24)
    assert close_lost_payout(seller_id=shop.seller.id, payout_id=payout_id, actor=actor, reason="no trace") == "failed"
    assert outcomes(shop) == ["unknown", "failed"]
    with pytest.raises(NotLost):
        close_lost_payout(seller_id=shop.seller.id, payout_id=payout_id, actor=actor, reason="")


def test_a_lost_payout_that_the_provider_has_after_all_is_not_closed(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(payout_outcome="unknown")
    payout_id = shop.wage()
    queue.run()
    shop.clock.move(hours=25)
    state = close_lost_payout(seller_id=shop.seller.id, payout_id=payout_id, actor=Actor("operator", "1"), reason="")
    assert state in ("processing", "paid")


def test_an_outage_leaves_it_sendable(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(api_errors=1)
    payout_id = shop.wage()
    queue.run()
    assert (facts(shop, payout_id).state, outcomes(shop)) == ("created", [])
    sweep(shop, queue, seconds=10)
    sweep(shop, queue, minutes=1)
    assert facts(shop, payout_id).state == "paid"
    assert len(shop.provider.payouts(payout_id)) == 1


def test_the_job_may_be_lost(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage()
    queue.forget()
    sweep(shop, queue, seconds=11)
    assert len(shop.provider.payouts(payout_id)) == 1


def test_a_refused_payout_failed(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage(key="00000000000")
    queue.run()
    failed = facts(shop, payout_id)
    assert (failed.state, failed.failure_code, outcomes(shop)) == ("failed", "invalid_pix_key", ["failed"])


def test_a_key_of_somebody_else_fails_at_the_provider(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage(key="11144477735")
    queue.run()
    sweep(shop, queue, seconds=31)
    assert (facts(shop, payout_id).failure_code, outcomes(shop)) == ("holder_mismatch", ["failed"])


def test_money_that_comes_back_is_told_after_it_was_paid(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage()
    queue.run()
    sweep(shop, queue, seconds=31)
    shop.provider.settle("payouts", facts(shop, payout_id).provider_id, "return")
    sweep(shop, queue, hours=2)
    returned = facts(shop, payout_id)
    assert (returned.state, returned.failure_code, outcomes(shop)) == ("returned", "receiver_returned", ["paid", "returned"])


def test_paid_and_returned_before_anybody_looked_is_told_in_order(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(payout_outcome="returned")
    payout_id = shop.wage()
    queue.run("payments.send_payout")
    shop.provider.clock(10)
    read_payout(seller_id=shop.seller.id, payout_id=payout_id)
    assert outcomes(shop) == ["paid", "returned"]


def test_one_purpose_has_one_living_payout(shop: Shop) -> None:
    purpose_id = uuid.uuid4()
    first = shop.wage(purpose_id=purpose_id)
    assert shop.wage(purpose_id=purpose_id) == first
    with pytest.raises(IntegrityError), acting_for(shop.seller.id):
        Payout.objects.create(
            seller_id=shop.seller.id,
            purpose_kind="wage",
            purpose_id=purpose_id,
            amount_minor=1,
            currency="BRL",
            destination_sealed=b"",
            provider="sandbox",
        )


def test_what_the_purpose_raises_is_tried_again(shop: Shop, queue: QueueInTest) -> None:
    payout_id = shop.wage()
    queue.forget()
    shop.provider.knobs(payout_outcome="paid")
    shop.office.broken = RuntimeError("shelf")
    shop.provider.knobs(payout_delay_seconds=0)
    assert send(shop, payout_id) == "processing"
    with pytest.raises(RuntimeError):
        read_payout(seller_id=shop.seller.id, payout_id=payout_id)
    assert facts(shop, payout_id).state == "processing"
    shop.office.broken = None
    sweep(shop, queue, minutes=1)
    assert (facts(shop, payout_id).state, outcomes(shop)) == ("paid", ["paid"])


def test_the_destination_is_not_readable_in_the_database(shop: Shop) -> None:
    payout_id = shop.wage(key="lara@loja.example")
    with acting_for(shop.seller.id), connection.cursor() as cursor:
        cursor.execute("SELECT p::text, encode(p.destination_sealed, 'escape') FROM payments_payout p WHERE id = %s", [payout_id])
        text = "".join(cursor.fetchone())
    assert "lara@" not in text
    assert "52998224725" not in text


def test_another_seller_finds_nothing(shop: Shop, other_seller: SellerInTest) -> None:
    payout_id = shop.wage()
    for verb in (send_payout, read_payout):
        with pytest.raises(NotFound):
            verb(seller_id=other_seller.id, payout_id=payout_id)
    with pytest.raises(NotFound):
        payout_facts(other_seller.id, payout_id)
