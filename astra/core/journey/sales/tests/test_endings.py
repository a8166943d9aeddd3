"""How orders end that were not paid in time, and what happens to money that comes late, twice or wrong."""

import datetime

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.queries import allocations, coupons, variation_facts, waiting_position
from astra.core.journey.catalog.tests.shop import MEMBER
from astra.core.journey.sales import sweeps
from astra.core.journey.sales.actions.cancel_order import CancelLater, CannotCancel, cancel_order
from astra.core.journey.sales.actions.change_cart import CartClosed
from astra.core.journey.sales.actions.expire_order import expire_order
from astra.core.journey.sales.actions.record_charge_failure import record_charge_failure
from astra.core.journey.sales.actions.record_parked import record_parked
from astra.core.journey.sales.actions.record_refund_failure import record_refund_failure
from astra.core.journey.sales.models.order_state import Word
from astra.core.journey.sales.tests.shop import new_click
from astra.core.ledger.queries import balances
from astra.core.payments.actions.send_refund import send_refund
from astra.core.payments.models import Payment, Refund
from astra.core.payments.queries import charge_facts, payments_of

BUYER = Actor("buyer", "310000000000000001")


def expire(shop, order_id):
    return expire_order(seller_id=shop.seller_id, order_id=order_id)


def cancel(shop, order_id):
    return cancel_order(seller_id=shop.seller_id, order_id=order_id, actor=BUYER)


def free(shop, product):
    return variation_facts(shop.seller_id, product.variations[0].id).available


def refund_now(shop):
    with acting_for(shop.seller_id):
        [refund] = Refund.objects.all()
    send_refund(seller_id=shop.seller_id, refund_id=refund.id)


def test_an_order_ends_when_its_time_is_over_and_not_before(shop, clock, news):
    create_coupon(seller_id=shop.seller_id, code="TEN", kind="percent", value=10, max_uses=1, actor=MEMBER)
    product = shop.product("a")
    order_id = shop.order(product, coupon="TEN")
    shop.charge(order_id)
    clock.move(minutes=14)
    assert not expire(shop, order_id)
    clock.move(minutes=1, seconds=1)
    assert expire(shop, order_id)
    assert not expire(shop, order_id)
    facts = shop.facts(order_id)
    assert (facts.word, facts.payment) == (Word.EXPIRED, "expired")
    assert charge_facts(shop.seller_id, facts.charge_id).state == "cancelled"
    assert (free(shop, product), coupons(shop.seller_id)[0].uses) == (1, 0)
    assert news.of(order_id) == ["OrderPlaced", "OrderExpired"]


def test_the_sweep_finds_what_nobody_was_told(shop, clock, queue):
    product = shop.product("a", "b")
    due = shop.order(product)
    clock.move(minutes=10)
    fresh = shop.order(product, buyer_id="2")
    clock.move(minutes=6)
    queue.forget()
    assert sweeps.sweep_expired_orders() == 1
    queue.run("sales.expire_order")
    assert (shop.facts(due).word, shop.facts(fresh).word) == (Word.EXPIRED, Word.AWAITING_PAYMENT)
    assert sweeps.sweep_expired_orders() == 0


def test_only_a_part_expires(shop, clock):
    product = shop.product("a", "b", no_stock="wait")
    order_id = shop.order(product, quantity=3, accepts_waiting=True)
    assert free(shop, product) == 0
    clock.move(minutes=16)
    assert expire(shop, order_id)
    assert free(shop, product) == 2


def test_a_payment_that_the_provider_knows_of_wins_over_the_clock(shop, clock, news):
    product = shop.product("a")
    order_id = shop.order(product)
    shop.pay_unseen(order_id)
    clock.move(minutes=16)
    assert not expire(shop, order_id)
    assert (shop.facts(order_id).word, free(shop, product)) == (Word.PAID, 0)
    assert news.of(order_id) == ["OrderPlaced", "OrderPaid"]


def test_an_unreachable_provider_keeps_an_order_two_minutes_longer(shop, clock, settings):
    product = shop.product("a")
    order_id = shop.order(product)
    shop.charge(order_id)
    settings.ASTRA_SANDBOX_PAYMENTS_URL = "http://127.0.0.1:9"
    clock.move(minutes=16)
    assert not expire(shop, order_id)
    assert shop.facts(order_id).word == Word.AWAITING_PAYMENT
    clock.move(minutes=2)
    assert expire(shop, order_id)
    facts = shop.facts(order_id)
    assert (facts.word, facts.payment, free(shop, product)) == (Word.EXPIRED, "unknown", 1)


def test_cancelling_cancels_at_the_provider_first(shop, news):
    product = shop.product("a")
    order_id = shop.order(product)
    provider_id = shop.charge(order_id)
    assert cancel(shop, order_id) == "cancelled"
    assert shop.provider.charge(provider_id)["status"] == "cancelled"
    assert (shop.facts(order_id).word, free(shop, product)) == (Word.CANCELLED, 1)
    assert cancel(shop, order_id) == "cancelled"
    assert news.of(order_id) == ["OrderPlaced", "OrderCancelled"]


def test_who_paid_before_cancelling_has_bought(shop):
    order_id = shop.order(shop.product("a"))
    shop.pay_unseen(order_id)
    assert cancel(shop, order_id) == "paid"
    assert shop.facts(order_id).word == Word.PAID
    with pytest.raises(CannotCancel):
        cancel(shop, order_id)


def test_an_order_is_not_cancelled_while_its_charge_may_be_paid(shop, settings):
    product = shop.product("a")
    order_id = shop.order(product)
    shop.charge(order_id)
    settings.ASTRA_SANDBOX_PAYMENTS_URL = "http://127.0.0.1:9"
    with pytest.raises(CancelLater):
        cancel(shop, order_id)
    assert (shop.facts(order_id).word, free(shop, product)) == (Word.AWAITING_PAYMENT, 0)


def test_a_cart_is_cancelled_without_noise(shop, news):
    order_id = shop.cart(shop.product("a"))
    assert cancel(shop, order_id) == "cancelled"
    assert news.of(order_id) == []
    with pytest.raises(CartClosed):
        shop.place(order_id)


def test_the_click_of_an_ended_order_leads_to_it_and_a_new_one_is_refused(shop):
    click = new_click()
    order_id = shop.place(shop.cart(shop.product("a")), click_id=click)
    cancel(shop, order_id)
    assert shop.place(order_id, click_id=click) == order_id
    with pytest.raises(CartClosed):
        shop.place(order_id)


def test_another_seller_can_neither_cancel_nor_expire(shop, other_seller):
    order_id = shop.order(shop.product("a"))
    with pytest.raises(NotFound):
        cancel_order(seller_id=other_seller.id, order_id=order_id, actor=BUYER)
    with pytest.raises(NotFound):
        expire_order(seller_id=other_seller.id, order_id=order_id)


@pytest.mark.parametrize("ended_by", ["time", "buyer"])
def test_paid_late_with_stock_still_there_is_a_sale(shop, clock, news, ended_by):
    shop.provider.knobs(pay_after_cancel=True)
    product = shop.product("a")
    order_id = shop.order(product)
    shop.charge(order_id)
    if ended_by == "time":
        clock.move(minutes=16)
        expire(shop, order_id)
    else:
        cancel(shop, order_id)
    facts = shop.pay(order_id)
    assert (facts.word, free(shop, product)) == (Word.PAID, 0)
    assert shop.steps(order_id)[-1] == "paid_late"
    assert news.of(order_id)[-1] == "OrderPaid"
    assert balances(shop.seller_id)["wallet_pending"] == 940


@pytest.mark.parametrize("ended_by", ["time", "buyer"])
def test_paid_late_with_the_stock_gone_goes_back_by_itself(shop, clock, news, ended_by):
    shop.provider.knobs(pay_after_cancel=True)
    product = shop.product("a")
    late = shop.order(product)
    shop.charge(late)
    if ended_by == "time":
        clock.move(minutes=16)
        expire(shop, late)
    else:
        cancel(shop, late)
    shop.pay(shop.order(product, buyer_id="2"))

    facts = shop.pay(late)

    assert (facts.word, facts.payment) == (Word.REFUNDING, "refund_pending")
    assert news.of(late)[-1] == "OrderRefunding"
    assert allocations(shop.seller_id, late) == []
    shop.hear(late)
    [payment] = payments_of(shop.seller_id, "order", late)
    assert (payment.state, payment.reason) == ("parked", "not_taken")
    assert balances(shop.seller_id)["wallet_pending"] == 940, "only the other order"
    refund_now(shop)
    facts = shop.facts(late)
    assert (facts.word, facts.payment, facts.refunded_minor) == (Word.REFUNDED, "refunded", 990)
    assert news.of(late)[-1] == "OrderRefunded"
    assert balances(shop.seller_id)["parked"] == 0


def test_paid_late_for_a_product_that_lets_buyers_wait_joins_the_queue(shop, clock):
    shop.provider.knobs(pay_after_cancel=True)
    product = shop.product("a", no_stock="wait")
    late = shop.order(product)
    shop.charge(late)
    clock.move(minutes=16)
    expire(shop, late)
    shop.pay(shop.order(product, buyer_id="2"))
    assert shop.pay(late).word == Word.PAID
    assert waiting_position(shop.seller_id, late) == 1
    assert shop.restock(product, "b") == 1


def test_a_refund_that_fails_is_for_a_person_to_look_at(shop, clock):
    shop.provider.knobs(pay_after_cancel=True)
    product = shop.product("a")
    late = shop.order(product)
    shop.charge(late)
    clock.move(minutes=16)
    expire(shop, late)
    shop.order(product, buyer_id="2")
    payment_id = shop.pay(late).payment_id
    with acting_for(shop.seller_id):
        [refund] = Refund.objects.all()
    for _twice in range(2):
        record_refund_failure(seller_id=shop.seller_id, payment_id=payment_id, refund_id=refund.id)
    assert shop.facts(late).word == Word.REFUND_FAILED
    assert shop.steps(late).count("refund_failed") == 1
    refund_now(shop)
    assert shop.facts(late).word == Word.REFUNDED


def test_paid_twice_is_applied_once_and_the_second_goes_back(shop):
    order_id = shop.order(shop.product("a", "b"))
    facts = shop.pay(order_id, times=2)
    assert facts.word == Word.PAID
    assert sorted(payment.state for payment in payments_of(shop.seller_id, "order", order_id)) == ["applied", "parked"]
    refund_now(shop)
    assert shop.facts(order_id).word == Word.PAID
    assert balances(shop.seller_id)["wallet_pending"] == 940


@pytest.mark.parametrize("amount_minor", [989, 991, 1])
def test_a_wrong_amount_delivers_nothing_and_is_shown_as_in_review(shop, queue, clock, amount_minor):
    product = shop.product("a")
    order_id = shop.order(product)
    assert shop.pay(order_id, amount_minor=amount_minor).commercial == "awaiting_payment"
    with acting_for(shop.seller_id):
        [payment] = Payment.objects.all()
    for _twice in range(2):
        record_parked(seller_id=shop.seller_id, order_id=order_id, payment_id=payment.id, reason=payment.reason)
    assert shop.facts(order_id).word == Word.PAYMENT_IN_REVIEW
    assert shop.steps(order_id).count("payment_parked") == 1
    clock.move(minutes=16)
    assert expire(shop, order_id)
    assert (shop.facts(order_id).word, free(shop, product)) == (Word.PAYMENT_IN_REVIEW, 1)
    assert balances(shop.seller_id).get("wallet_pending", 0) == 0


def test_an_order_whose_charge_cannot_be_made_frees_its_items_at_once(shop, news):
    product = shop.product("a")
    order_id = shop.order(product)
    charge_id = shop.facts(order_id).charge_id
    for _twice in range(2):
        record_charge_failure(seller_id=shop.seller_id, order_id=order_id, charge_id=charge_id)
    assert (shop.facts(order_id).word, free(shop, product)) == (Word.CANCELLED, 1)
    assert shop.steps(order_id) == ["opened", "placed", "charge_failed"]
    assert news.of(order_id) == ["OrderPlaced"]


def test_carts_that_nobody_came_back_to_are_put_away(shop, clock):
    product = shop.product("a", "b")
    old = shop.cart(product)
    clock.move(hours=23)
    fresh = shop.cart(product, buyer_id="2")
    clock.move(hours=1, seconds=1)
    assert sweeps.sweep_abandoned_drafts() == 1
    assert (shop.facts(old).word, shop.facts(fresh).word) == (Word.EXPIRED, Word.DRAFT)
    assert shop.cart(product) != old


def test_the_time_to_pay_is_that_of_the_settings(shop, settings):
    settings.ASTRA_CHARGE_MINUTES = 7
    facts = shop.facts(shop.order(shop.product("a")))
    assert facts.expires_at - facts.placed_at == datetime.timedelta(minutes=7)


def test_news_of_payments_reaches_its_order_though_every_job_was_lost(shop, clock, queue, settings):
    shop.provider.knobs(pay_after_cancel=True)
    product = shop.product("a", "b")
    failed, wrong = shop.order(product, buyer_id="1"), shop.order(product, buyer_id="2")
    address, settings.ASTRA_SANDBOX_PAYMENTS_URL = settings.ASTRA_SANDBOX_PAYMENTS_URL, "http://127.0.0.1:9"
    clock.move(minutes=2)  # longer than a provider that is down is waited for
    shop.charge(failed)
    settings.ASTRA_SANDBOX_PAYMENTS_URL = address
    shop.pay(wrong, amount_minor=1)
    queue.forget()
    assert sweeps.sweep_news_of_payments() == 2
    assert (shop.facts(failed).word, shop.facts(wrong).word) == (Word.CANCELLED, Word.PAYMENT_IN_REVIEW)

    late = shop.order(product)
    shop.charge(late)
    clock.move(minutes=16)
    expire(shop, late)
    expire(shop, wrong)
    shop.order(product, quantity=2, buyer_id="4")
    shop.pay(late)
    shop.provider.knobs(refund_outcome="failed")
    refund_now(shop)
    queue.forget()
    assert sweeps.sweep_news_of_payments() == 1
    assert shop.facts(late).word == Word.REFUND_FAILED
    assert sweeps.sweep_news_of_payments() == 0
