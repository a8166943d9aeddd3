"""What can go wrong between any two steps of a sale, and what the buyer sees then."""

import json

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.sales.queries import order_facts
from astra.core.journey.sales.sweeps import sweep_expired_orders
from astra.core.payments.actions.return_parked import return_parked
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts, payments_of
from astra.core.payments.sweeps import sweep_parked
from astra.core.surfaces.discord import sweeps
from astra.core.surfaces.discord.models import Conversation, Reveal, TakenInteraction
from astra.core.surfaces.discord.tests.shop import ShopInTest, buttons_of, words_of
from astra.core.surfaces.discord.tests.till import Till
from tests.support.clock import MovableClock

EPHEMERAL = 64


def test_cancelling_what_was_just_paid_delivers(shop: ShopInTest, till: Till) -> None:
    message, order_id = till.order()
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    till.provider.pay(charge_facts(shop.seller.id, order.charge_id).provider_id)
    shop.press(message, f"order:{order_id}:cancel")
    till.queue.run()
    assert order_facts(shop.seller.id, order_id).word == "delivered"
    assert "Sua compra chegou" in words_of(shop.now(message))


def test_closed_direct_messages_leave_the_button(shop: ShopInTest, till: Till) -> None:
    shop.discord.change_user(shop.buyer_id, dms_open=False)
    message, order_id = till.order()
    till.pay(order_id)
    shown = shop.now(message)
    assert buttons_of(shown) == [f"see:{order_id}"]
    assert order_facts(shop.seller.id, order_id).word == "fulfilling"
    listed = shop.command("compras")
    assert f"see:{order_id}" in buttons_of(listed["message"])
    pressed = shop.press(listed["message"], f"see:{order_id}")
    till.queue.run()
    assert "PADRAO-0000" in words_of(shop.now(pressed["message"]))
    assert order_facts(shop.seller.id, order_id).word == "delivered"


@pytest.mark.parametrize("late", [False, True])
def test_a_lost_answer_leads_to_one_direct_message(shop: ShopInTest, till: Till, clock: MovableClock, late: bool) -> None:
    _, order_id = till.order()
    shop.discord.faults({"match": "POST /channels/\\d+/messages$", "kind": "lose_answer", "times": 1})
    till.pay(order_id)
    assert order_facts(shop.seller.id, order_id).word == "fulfilling"
    seconds = 600 if late else 10
    clock.move(seconds=seconds)
    shop.discord.clock(seconds)
    till.queue.run(including_later=True)
    assert len(shop.discord.direct_messages(shop.buyer_id)) == 1
    assert order_facts(shop.seller.id, order_id).word == "delivered"


def test_goods_are_not_written_for_somebody_else(shop: ShopInTest, till: Till) -> None:
    """The wire lies: it names the buyer, but the reply that Discord made is another person's."""
    message, order_id = till.order()
    till.pay(order_id)
    thief = shop.person("otto")
    pressed = shop.command("compras", by=thief)
    with acting_for(shop.seller.id):
        assert TakenInteraction.objects.filter(interaction_id=pressed["interaction_id"]).exists()
    shop.press(message, f"see:{order_id}")
    with acting_for(shop.seller.id):
        wish = Reveal.objects.get()
        Reveal.objects.update(interaction_id=pressed["interaction_id"])
    till.queue.run("discord.reveal")
    with acting_for(shop.seller.id):
        assert (Reveal.objects.get().state, Reveal.objects.get().reason) == ("refused", "read_back")
    everything = json.dumps(
        shop.discord.messages(thief, shop.guild.channel_id) + shop.discord.messages(shop.buyer_id, shop.guild.channel_id)
    )
    assert "PADRAO" not in everything
    assert wish.buyer_id == shop.buyer_id


def test_a_lost_queue_is_healed_by_the_sweeps(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    from astra.core.journey.delivery import sweeps as delivery_sweeps

    message, order_id = till.order()
    till.settle(order_id)
    till.queue.forget()
    clock.move(seconds=30)
    assert sweeps.sweep_messages() == 1
    till.queue.run()
    assert "Pagamento confirmado" in words_of(shop.now(message))
    delivery_sweeps.sweep_unopened()
    till.queue.forget()
    clock.move(seconds=30)
    delivery_sweeps.sweep_due()
    till.queue.run()
    assert "Sua compra chegou" in words_of(shop.now(message))
    pressed = shop.press(message, f"see:{order_id}")
    till.queue.forget()
    clock.move(seconds=30)
    assert sweeps.sweep_reveals() == 1
    till.queue.run()
    assert "PADRAO-0000" in words_of(shop.now(pressed["message"]))


def test_tokens_are_shredded_when_they_died(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    _, order_id = till.order()
    till.pay(order_id)
    clock.move(minutes=16)
    assert sweeps.sweep_tokens() == 1
    with acting_for(shop.seller.id):
        assert Conversation.objects.get(order_id=order_id).token is None
    assert sweeps.sweep_tokens() == 0


def test_news_after_the_token_died_goes_by_direct_message(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    from astra.core.journey.sales.actions.expire_order import expire_order

    _, order_id = till.order()
    for person in [shop.person(f"p{at}") for at in range(4)]:
        till.order(by=person)
    clock.move(minutes=16)
    shop.discord.clock(16 * 60)
    till.provider.clock(16 * 60)
    expire_order(seller_id=shop.seller.id, order_id=order_id)
    till.order(by=shop.person("fast"))
    till.provider.knobs(pay_after_cancel=True)
    till.pay(order_id)
    order = order_facts(shop.seller.id, order_id)
    assert order.word in ("refunding", "refunded")
    letters = [words_of(one) for one in shop.discord.direct_messages(shop.buyer_id)]
    assert any("dinheiro" in one for one in letters)


def test_news_of_money_that_goes_back_outlives_the_queue(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    """The job is lost, and Discord is away when the sweep first tries: the buyer is told once all the same."""
    from astra.core.integrations.discord.limits import LIMITS
    from astra.core.integrations.discord.rest import OutcomeUnknown

    _, order_id = till.order()
    till.pay(order_id)
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    payment = till.provider.charge(charge_facts(shop.seller.id, order.charge_id).provider_id)["payments"][0]
    clock.move(minutes=16)
    shop.discord.clock(16 * 60)
    till.provider.take_back(charge_facts(shop.seller.id, order.charge_id).provider_id, payment["id"], payment["amount_minor"])
    from astra.core.payments.actions.take_reading import take_reading

    take_reading(seller_id=shop.seller.id, charge_id=order.charge_id)
    assert order_facts(shop.seller.id, order_id).word == "refunded"
    till.queue.forget()
    clock.move(seconds=30)
    shop.discord.faults({"match": "POST /channels/\\d+/messages$", "kind": "error", "status": 503, "times": 9})
    assert (sweeps.sweep_notices(), sweeps.sweep_notices()) == (1, 0), "it is tried again a minute later, not at once"
    with pytest.raises(OutcomeUnknown):
        till.queue.run("discord.show_closed")
    shop.discord.faults()
    LIMITS.forget()
    clock.move(minutes=2)
    shop.discord.clock(19 * 60)
    assert sweeps.sweep_notices() == 1
    till.queue.run("discord.show_closed")
    clock.move(minutes=2)
    assert sweeps.sweep_notices() == 0
    letters = [words_of(one) for one in shop.discord.direct_messages(shop.buyer_id)]
    assert sum("devolvid" in one or "reembols" in one.lower() for one in letters) == 1


def test_a_dismissed_message_does_not_hold_anything_up(shop: ShopInTest, till: Till) -> None:
    message, order_id = till.order()
    shop.discord.dismiss(shop.buyer_id, message["channel_id"], message["id"])
    till.pay(order_id)
    assert order_facts(shop.seller.id, order_id).word == "delivered"
    assert len(shop.discord.direct_messages(shop.buyer_id)) == 1
    with acting_for(shop.seller.id):
        assert Conversation.objects.get(order_id=order_id).token is None


def test_a_charge_that_cannot_be_made_is_told_and_frees_the_stock(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    from astra.core.payments.actions.send_charge import send_charge

    till.provider.knobs(api_errors=50, api_error_status=503)
    message, order_id = till.order()
    assert "Gerando o PIX" in words_of(shop.now(message))
    clock.move(seconds=90)
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    send_charge(seller_id=shop.seller.id, charge_id=order.charge_id)
    till.queue.run()
    assert "Não deu para gerar o PIX" in words_of(shop.now(message))
    assert product_facts(shop.seller.id, shop.product_id).variations[0].available == 5


def test_a_dead_token_parks_the_notice_and_the_button_still_works(shop: ShopInTest, till: Till) -> None:
    """The bot's token is revoked between payment and notice: the message's own token does not need it."""
    from astra.core.journey.delivery.models import Notice

    message, order_id = till.order()
    shop.discord.revoke(shop.bot.id)
    till.pay(order_id)
    shown = shop.now(message)
    assert buttons_of(shown) == [f"see:{order_id}"]
    with acting_for(shop.seller.id):
        assert Notice.objects.get(order_id=order_id).state == "parked"
    assert shop.discord.direct_messages(shop.buyer_id) == []
    pressed = shop.press(shown, f"see:{order_id}")
    till.queue.run()
    assert "PADRAO-0000" in words_of(shop.now(pressed["message"]))


def test_a_dead_token_is_found_out_and_then_left_in_peace(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    """The seller is told at the first refusal; the sales that follow do not spend the address's budget on the dead token."""
    from astra.core.integrations.discord.limits import LIMITS
    from astra.core.journey.delivery.actions.resume_deliveries import resume_deliveries
    from astra.core.journey.instances.actions.change_token import change_token
    from astra.core.journey.instances.queries import instance_facts

    first, second = till.order()[1], till.order(by=shop.person("bia"))[1]
    shop.discord.revoke(shop.bot.id)
    till.pay(first)
    known = instance_facts(shop.seller.id, shop.instance_id)
    assert (known.seen_state, known.reason) == ("errored", "token_invalid")
    LIMITS.forget()  # an hour later, or another process
    till.pay(second)
    clock.move(hours=2)
    from astra.core.journey.delivery.sweeps import sweep_due

    assert sweep_due() == 2
    till.queue.run()
    assert LIMITS.refusals() == 0
    token = Secret(shop.discord.renew(shop.bot.id))
    change_token(seller_id=shop.seller.id, instance_id=shop.instance_id, token=token, actor=Actor("member", "1"))
    resume_deliveries(seller_id=shop.seller.id, instance_id=shop.instance_id)
    till.queue.run("discord.deliver")
    assert len(shop.discord.direct_messages(shop.buyer_id)) == 1


def test_a_busy_discord_is_asked_again_later(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    _, order_id = till.order()
    shop.discord.faults({"match": "POST /channels/\\d+/messages$", "kind": "rate_limit", "seconds": 20, "times": 1})
    till.pay(order_id)
    assert shop.discord.direct_messages(shop.buyer_id) == []
    from astra.core.integrations.discord.limits import LIMITS

    LIMITS.forget()
    clock.move(seconds=30)
    till.queue.run(including_later=True)
    assert len(shop.discord.direct_messages(shop.buyer_id)) == 1
    assert order_facts(shop.seller.id, order_id).word == "delivered"


def test_a_code_that_did_not_get_through_is_said_by_the_next_try(shop: ShopInTest, till: Till) -> None:
    from astra.core.integrations.discord.rest import OutcomeUnknown
    from astra.core.surfaces.discord.sends.show_order import show_order

    shop.discord.faults({"match": "POST /webhooks/\\d+/[^/]+$", "kind": "error", "status": 502, "times": 1})
    with pytest.raises(OutcomeUnknown):
        till.order()
    with acting_for(shop.seller.id):
        order_id = Conversation.objects.get().order_id
    assert show_order(seller_id=shop.seller.id, order_id=order_id)
    assert show_order(seller_id=shop.seller.id, order_id=order_id)
    codes = [row for row in shop.discord.messages(shop.buyer_id, shop.guild.channel_id) if row["content"]]
    assert len(codes) == 1


def test_who_drew_while_somebody_else_began_draws_again(shop: ShopInTest, till: Till) -> None:
    from astra.core.surfaces.discord.conversation import live_conversation, record_shown

    message, order_id = till.order()
    slow = live_conversation(shop.seller.id, order_id)
    assert slow
    assert live_conversation(shop.seller.id, order_id)
    record_shown(shop.seller.id, slow, "making_charge")
    assert till.queue.jobs("discord.show_order")
    till.queue.run()
    assert "por PIX" in words_of(shop.now(message))
    with acting_for(shop.seller.id):
        assert Conversation.objects.get(order_id=order_id).shown == "charge"


def test_a_second_payment_that_goes_back_is_told_once_however_old_the_message(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    _, order_id = till.order()
    till.pay(order_id)
    clock.move(minutes=20)
    shop.discord.clock(20 * 60)
    before = len(shop.discord.direct_messages(shop.buyer_id))
    till.pay(order_id)
    till.queue.run(including_later=True)
    told = shop.discord.direct_messages(shop.buyer_id)[before:]
    assert len(told) == 1
    assert "o segundo pagamento" in words_of(told[0])
    assert order_facts(shop.seller.id, order_id).word == "delivered"
    clock.move(seconds=30)
    assert sweeps.sweep_returns() == 0


def test_money_that_does_not_fit_is_told_when_it_is_kept_and_when_it_goes_back(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    _, order_id = till.order()
    with acting_for(shop.seller.id):
        Conversation.objects.update(token=None)  # the order's message can be changed no more
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    till.provider.pay(charge_facts(shop.seller.id, order.charge_id).provider_id, amount_minor=order.total_minor - 1)
    take_reading(seller_id=shop.seller.id, charge_id=order.charge_id)
    till.queue.run()
    kept = shop.discord.direct_messages(shop.buyer_id)
    assert [("sendo analisado" in words_of(one) or "em análise" in words_of(one)) for one in kept] == [True]
    clock.move(hours=25)
    shop.discord.clock(25 * 3600)
    sweep_expired_orders()
    sweep_parked()
    till.queue.run("sales.expire_order")
    till.queue.run("payments.send_refund", including_later=True)
    till.queue.forget()  # the job that tells the buyer is lost
    clock.move(seconds=30)
    assert sweeps.sweep_returns() == 1
    till.queue.run(including_later=True)
    told = shop.discord.direct_messages(shop.buyer_id)[1:]
    assert len(told) == 1
    assert "não correspondia" in words_of(told[0])


def test_the_orders_message_says_that_money_went_back_and_no_longer_that_it_is_looked_at(shop: ShopInTest, till: Till) -> None:
    cart, order_id = till.order()
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    till.provider.pay(charge_facts(shop.seller.id, order.charge_id).provider_id, amount_minor=order.total_minor - 1)
    take_reading(seller_id=shop.seller.id, charge_id=order.charge_id)
    till.queue.run()
    assert "em análise" in words_of(shop.now(cart))
    (payment,) = payments_of(shop.seller.id, "order", order_id)
    return_parked(seller_id=shop.seller.id, payment_id=payment.id, actor=Actor("operator", "1"), reason="o comprador pediu")
    till.queue.run(including_later=True)
    shown = words_of(shop.now(cart))
    assert "não correspondia" in shown
    assert "em análise" not in shown
