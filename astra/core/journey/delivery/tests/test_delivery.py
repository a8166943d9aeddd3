"""From paid to delivered: bound once, told once, shown as often as asked."""

import uuid

import pytest
from django.db import transaction
from django.db.utils import DatabaseError, IntegrityError

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.models import StockItem
from astra.core.journey.delivery.access import access_delivery
from astra.core.journey.delivery.actions.claim_delivery import claim_delivery
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.actions.record_delivery import MAX_ATTEMPTS, record_delivery
from astra.core.journey.delivery.actions.resend_delivery import resend_delivery
from astra.core.journey.delivery.actions.resume_deliveries import resume_deliveries
from astra.core.journey.delivery.actions.reveal_goods import NotPaid, reveal_goods
from astra.core.journey.delivery.actions.serve_waiting import serve_waiting
from astra.core.journey.delivery.machine import TRANSITIONS, Step, sources, target
from astra.core.journey.delivery.models import DeliveredItem, Delivery, Reveal
from astra.core.journey.delivery.queries import deliveries, delivery_of, figures
from astra.core.journey.delivery.reasons import REASONS, STATES
from astra.core.journey.delivery.sweeps import sweep_due, sweep_unopened
from astra.core.journey.delivery.tests.shop import BUYER, open_shop
from astra.core.journey.sales.queries import order_facts


@pytest.fixture
def paid(shop, news):
    order_id = shop.sell(quantity=2)
    assert open_deliveries(seller_id=shop.seller_id, order_id=order_id)
    return order_id


def claim(shop, order_id):
    return claim_delivery(seller_id=shop.seller_id, order_id=order_id)


def record(shop, order_id, found, outcome, **more):
    return record_delivery(seller_id=shop.seller_id, order_id=order_id, fence=found.fence, outcome=outcome, **more)


def reveal(shop, order_id, buyer_id=BUYER, interaction_id="i1"):
    found = reveal_goods(seller_id=shop.seller_id, order_id=order_id, buyer_id=buyer_id, interaction_id=interaction_id)
    return [secret.reveal() for line in found for secret in line.secrets]


def fulfilment(shop, order_id):
    return order_facts(shop.seller_id, order_id).fulfilment


def test_a_paid_order_is_bound_told_and_delivered(shop, paid, news):
    assert news.take() == ["ready"]
    assert fulfilment(shop, paid) == "in_progress"
    found = claim(shop, paid)
    assert (found.state, found.attempt, found.read_back, found.buyer_id) == ("ready", 1, False, BUYER)
    assert found.reference.startswith("#D-")
    assert len(found.nonce) == 25
    assert record(shop, paid, found, "sent", channel_id="c", message_id="m")
    assert news.take() == ["done"]
    assert fulfilment(shop, paid) == "done"
    facts = delivery_of(shop.seller_id, paid)
    assert (facts.state, facts.message_id, facts.lines[0].bound, facts.reference) == ("delivered", "m", 2, found.reference)
    assert claim(shop, paid) is None


def test_opening_again_changes_nothing(shop, paid, news):
    news.take()
    assert not open_deliveries(seller_id=shop.seller_id, order_id=paid)
    assert news.take() == []
    with acting_for(shop.seller_id):
        assert DeliveredItem.objects.count() == 2


def test_an_unpaid_or_foreign_order_is_not_opened(shop, other_seller):
    order_id = shop.place()
    assert not open_deliveries(seller_id=shop.seller_id, order_id=order_id)
    assert not open_deliveries(seller_id=other_seller.id, order_id=order_id)
    assert claim(shop, order_id) is None
    with pytest.raises(NotPaid):
        reveal(shop, order_id)


def test_two_claim_at_once_and_one_has_it(shop, paid):
    assert claim(shop, paid) is not None
    assert claim(shop, paid) is None


def test_a_lost_claim_is_taken_over_with_the_same_nonce_and_the_late_one_writes_nothing(shop, paid, clock):
    first = claim(shop, paid)
    clock.move(seconds=61)
    second = claim(shop, paid)
    assert (second.fence, second.attempt, second.nonce, second.reference) == (first.fence + 1, 2, first.nonce, first.reference)
    assert not second.read_back
    assert not record(shop, paid, first, "sent", message_id="late")
    assert delivery_of(shop.seller_id, paid).message_id == ""
    assert record(shop, paid, second, "sent", message_id="m")
    assert not record(shop, paid, second, "failed")
    assert delivery_of(shop.seller_id, paid).state == "delivered"


def test_when_discord_may_have_forgotten_the_nonce_changes_and_messages_are_read_back(shop, paid, clock):
    first = claim(shop, paid)
    clock.move(seconds=91)
    second = claim(shop, paid)
    assert second.read_back
    assert second.nonce != first.nonce
    assert second.first_attempt_at == first.first_attempt_at
    clock.move(seconds=61)
    third = claim(shop, paid)
    assert third.read_back
    assert third.nonce == second.nonce


def test_an_unknown_outcome_is_tried_again_soon_with_the_same_nonce(shop, paid, clock):
    first = claim(shop, paid)
    assert record(shop, paid, first, "unknown")
    assert delivery_of(shop.seller_id, paid).reason == "unknown"
    assert claim(shop, paid) is None
    clock.move(seconds=6)
    assert claim(shop, paid).nonce == first.nonce


def test_closed_messages_need_somebody_and_the_button_still_delivers(shop, paid, news):
    record(shop, paid, claim(shop, paid), "closed")
    facts = delivery_of(shop.seller_id, paid)
    assert (facts.state, facts.reason) == ("action_required", "dm_closed")
    assert fulfilment(shop, paid) == "in_progress"
    news.take()
    assert reveal(shop, paid) == ["KEY-1", "KEY-2"]
    assert news.take() == ["done"]
    assert delivery_of(shop.seller_id, paid).state == "delivered"


def test_a_dead_token_parks_until_the_bot_can_speak(shop, paid, news, clock):
    record(shop, paid, claim(shop, paid), "token_dead")
    assert (delivery_of(shop.seller_id, paid).state, delivery_of(shop.seller_id, paid).reason) == ("action_required", "token_dead")
    assert claim(shop, paid) is None
    news.take()
    assert resume_deliveries(seller_id=shop.seller_id, instance_id=uuid.uuid4()) == 0
    assert resume_deliveries(seller_id=shop.seller_id, instance_id=shop.instance_id) == 1
    assert news.take() == ["ready"]
    record(shop, paid, claim(shop, paid), "token_dead")
    clock.move(minutes=61)
    assert record(shop, paid, claim(shop, paid), "sent", message_id="m")
    assert delivery_of(shop.seller_id, paid).state == "delivered"


def test_what_was_parked_goes_on_in_the_order_it_was_paid(shop, news, queue):
    orders = [shop.sell(buyer_id=str(int(BUYER) + number)) for number in range(3)]
    for order_id in orders:
        open_deliveries(seller_id=shop.seller_id, order_id=order_id)
    for order_id in (orders[2], orders[0], orders[1]):
        record(shop, order_id, claim(shop, order_id), "token_dead")
    news.take()
    assert resume_deliveries(seller_id=shop.seller_id, instance_id=shop.instance_id) == 3
    assert [job["order_id"] for job in queue.jobs("tests.delivery_ready")] == [str(order_id) for order_id in orders]


def test_refusals_back_off_and_end_with_a_person(shop, paid, clock, news):
    for _ in range(MAX_ATTEMPTS):
        found = claim(shop, paid)
        assert record(shop, paid, found, "failed")
        assert claim(shop, paid) is None
        clock.move(minutes=10)
    facts = delivery_of(shop.seller_id, paid)
    assert (facts.state, facts.reason, facts.attempts) == ("dead_letter", "given_up", MAX_ATTEMPTS)
    assert claim(shop, paid) is None
    news.take()
    assert resend_delivery(seller_id=shop.seller_id, order_id=paid, actor=Actor("member", "x"))
    assert news.take() == ["ready"]
    assert record(shop, paid, claim(shop, paid), "sent", message_id="m")
    assert not resend_delivery(seller_id=shop.seller_id, order_id=paid, actor=Actor("member", "x"))


def test_a_word_that_is_no_outcome_is_a_programming_error(shop, paid):
    with pytest.raises(ValueError):
        record(shop, paid, claim(shop, paid), "maybe")


def test_the_goods_are_shown_alike_every_time_and_logged(shop, paid, news):
    assert reveal(shop, paid) == ["KEY-1", "KEY-2"]
    assert reveal(shop, paid) == ["KEY-1", "KEY-2"]
    assert reveal(shop, paid, interaction_id="i2") == ["KEY-1", "KEY-2"]
    with acting_for(shop.seller_id):
        assert list(Reveal.objects.order_by("id").values_list("interaction_id", "items")) == [("i1", 2), ("i2", 2)]
        assert StockItem.objects.filter(state="delivered").count() == 2
        assert Delivery.objects.get().viewed_at is not None
    assert len(delivery_of(shop.seller_id, paid).reveals) == 2
    assert fulfilment(shop, paid) == "done"


def test_the_button_works_before_the_job_did(shop, news):
    order_id = shop.sell()
    assert reveal(shop, order_id) == ["KEY-1"]
    assert delivery_of(shop.seller_id, order_id).state == "delivered"


def test_nobody_else_sees_the_goods(shop, paid, other_seller):
    with pytest.raises(NotFound):
        reveal(shop, paid, buyer_id="999")
    with pytest.raises(NotFound):
        reveal_goods(seller_id=other_seller.id, order_id=paid, buyer_id=BUYER, interaction_id="i")
    with acting_for(shop.seller_id):
        assert not Reveal.objects.exists()


def test_another_seller_finds_nothing(shop, paid, other_seller):
    with pytest.raises(NotFound):
        access_delivery(other_seller.id, paid)
    with pytest.raises(NotFound):
        resend_delivery(seller_id=other_seller.id, order_id=paid, actor=Actor("member", "x"))
    assert deliveries(other_seller.id) == []
    assert delivery_of(other_seller.id, paid) is None
    assert claim_delivery(seller_id=other_seller.id, order_id=paid) is None
    assert not record_delivery(seller_id=other_seller.id, order_id=paid, fence=1, outcome="sent")
    assert access_delivery(shop.seller_id, paid).order_id == paid


def test_a_short_order_waits_is_told_and_served_by_the_restock(seller, books, news):
    shop = open_shop(seller.id)
    first, second = shop.sell(), shop.sell(buyer_id="2")
    for order_id in (first, second):
        open_deliveries(seller_id=seller.id, order_id=order_id)
    assert news.take() == ["waiting", "waiting"]
    facts = delivery_of(seller.id, first)
    assert (facts.state, facts.reason, facts.waiting_position) == ("waiting_stock", "waiting_stock", 1)
    assert fulfilment(shop, first) == "waiting_stock"
    waiting = claim(shop, first)
    assert waiting.state == "waiting"
    assert record(shop, first, waiting, "sent", message_id="w")
    assert delivery_of(seller.id, first).state == "waiting_stock"
    assert reveal(shop, first) == []
    shop.stock("LATE-1")
    assert serve_waiting(seller_id=seller.id, order_id=first)
    assert not serve_waiting(seller_id=seller.id, order_id=second)
    assert news.take() == ["ready"]
    ready = claim(shop, first)
    assert (ready.state, ready.nonce != waiting.nonce) == ("ready", True)
    assert record(shop, first, ready, "sent", message_id="m")
    assert fulfilment(shop, first) == "done"
    assert reveal(shop, first) == ["LATE-1"]
    assert delivery_of(seller.id, second).state == "waiting_stock"
    assert figures(seller.id)["waiting_stock"] == 1


def test_news_of_stock_outruns_the_waiting_notice_that_is_on_its_way(seller, books, news):
    shop = open_shop(seller.id)
    order_id = shop.sell()
    open_deliveries(seller_id=seller.id, order_id=order_id)
    waiting = claim(shop, order_id)
    shop.stock("LATE-1")
    serve_waiting(seller_id=seller.id, order_id=order_id)
    assert not record(shop, order_id, waiting, "sent", message_id="w")
    assert claim(shop, order_id).state == "ready"


def test_a_line_that_got_a_part_shows_the_part(seller, books, news):
    shop = open_shop(seller.id, secrets=["A"])
    order_id = shop.sell(quantity=2)
    open_deliveries(seller_id=seller.id, order_id=order_id)
    assert news.take() == ["waiting"]
    assert reveal(shop, order_id) == ["A"]
    shop.stock("B")
    assert serve_waiting(seller_id=seller.id, order_id=order_id)
    assert news.take() == ["ready"]
    assert reveal(shop, order_id) == ["A", "B"]
    assert fulfilment(shop, order_id) == "done"


def test_the_queue_is_disposable(seller, books, news, clock):
    shop = open_shop(seller.id, secrets=["A"])
    first, second = shop.sell(), shop.sell(buyer_id="2")
    clock.move(seconds=20)
    assert sweep_unopened() == 2
    assert sweep_unopened() == 0
    news.take()
    assert sweep_due() == 0
    clock.move(seconds=20)
    assert sweep_due() == 2
    assert sorted(news.take()) == ["ready", "waiting"]
    assert sweep_due() == 0
    claim(shop, first)
    clock.move(seconds=61)
    assert sweep_due() == 2
    record(shop, first, claim(shop, first), "sent", message_id="m")
    shop.stock("B")
    assert sweep_unopened() == 1
    record(shop, second, claim(shop, second), "sent", message_id="m")
    clock.move(hours=2)
    assert (sweep_unopened(), sweep_due()) == (0, 0)


def test_the_database_refuses_a_second_delivery_of_an_item_and_any_change_of_history(shop, paid):
    reveal(shop, paid)
    with acting_for(shop.seller_id):
        bound = DeliveredItem.objects.first()
        other = Delivery.objects.get()
        with pytest.raises(IntegrityError, match="delivery_item_once"), transaction.atomic():
            DeliveredItem.objects.create(seller_id=shop.seller_id, delivery=other, stock_item_id=bound.stock_item_id)
        for rows in (DeliveredItem.objects.all(), Reveal.objects.all(), Delivery.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            DeliveredItem.objects.update(created_at=bound.created_at)


def test_every_step_leads_to_one_state_and_every_state_and_reason_has_words():
    for step in Step:
        assert sources(step)
        assert target(step) in STATES
    assert {state.value for state, _ in TRANSITIONS} <= set(STATES)
    assert all(str(text) for text in REASONS.values())
