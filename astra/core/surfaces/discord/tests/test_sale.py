"""The whole sale in Discord: press, pay, receive, open; and what can go wrong between any two of them."""

import json
import statistics
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from astra.core.foundation import events
from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.sales.queries import order_facts
from astra.core.payments import purposes
from astra.core.payments.queries import charge_facts
from astra.core.surfaces.discord import sweeps
from astra.core.surfaces.discord.models import Conversation, Reveal
from astra.core.surfaces.discord.tests.shop import ShopInTest, buttons_of, order_in, words_of
from astra.core.surfaces.discord.tests.wiring import wire
from tests.support.clock import MovableClock
from tests.support.provider import ProviderInTest
from tests.support.queue import QueueInTest

EPHEMERAL = 64


class Till:
    """Pays at the provider and has the product look."""

    def __init__(self, shop: ShopInTest, provider: ProviderInTest, queue: QueueInTest) -> None:
        self.shop, self.provider, self.queue = shop, provider, queue

    def order(self, *, by: str = "", variation: int = 0, verb: str = "pay") -> tuple[dict[str, Any], uuid.UUID]:
        """Buys one item up to the picture of the PIX."""
        cart, order_id = self.shop.buy(by=by)
        if variation:
            chosen = product_facts(self.shop.seller.id, self.shop.product_id).variations[variation]
            self.shop.choose(cart, f"cart:{order_id}:variation", str(chosen.id), by=by)
        found = self.shop.press(cart, f"cart:{order_id}:{verb}", by=by)
        assert found["outcome"] == "update", found
        self.queue.run()
        return cart, order_id

    def pay(self, order_id: uuid.UUID) -> None:
        """Pays the order's code, and reads the charge as the webhook would have it read."""
        self.settle(order_id)
        self.queue.run()

    def settle(self, order_id: uuid.UUID) -> None:
        """As pay, with the jobs that follow left waiting."""
        from astra.core.payments.actions.take_reading import take_reading

        order = order_facts(self.shop.seller.id, order_id)
        assert order.charge_id
        self.provider.pay(charge_facts(self.shop.seller.id, order.charge_id).provider_id)
        take_reading(seller_id=self.shop.seller.id, charge_id=order.charge_id)


@pytest.fixture
def till(shop: ShopInTest, payment_provider: ProviderInTest, queue: QueueInTest) -> Iterator[Till]:
    """The shop's till, with the sale wired."""
    from astra.core.journey.sales.actions.apply_payment import apply_payment
    from astra.core.journey.sales.actions.record_refund import record_refund
    from astra.core.project import wiring

    wire()
    purposes.register("order", apply=apply_payment, refunded=record_refund)
    queue.forget()
    yield Till(shop, payment_provider, queue)
    events.connect(wiring.events())


def test_buy_pay_receive_open(shop: ShopInTest, till: Till, capsys: pytest.CaptureFixture[str]) -> None:
    message, order_id = till.order()
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    assert order.expires_at
    shown = shop.now(message)
    assert "Pague R$\xa039,90 por PIX" in words_of(shown)
    assert f"<t:{int(order.expires_at.timestamp())}:R>" in words_of(shown)
    assert shop.discord.file(shown["attachments"][0]["url"]).startswith(b"\x89PNG")
    assert buttons_of(shown) == [f"order:{order_id}:refresh", f"order:{order_id}:cancel"]
    code = charge_facts(shop.seller.id, order.charge_id).copy_paste
    alone = [row for row in shop.discord.messages(shop.buyer_id, shop.guild.channel_id) if row["content"] == code]
    assert len(alone) == 1
    assert alone[0]["flags"] & EPHEMERAL
    assert not alone[0]["components"]

    till.settle(order_id)
    till.queue.run("discord.show_paid")
    assert "Pagamento confirmado. Preparando" in words_of(shop.now(message))
    assert not shop.now(message)["attachments"]
    till.queue.run()
    shown = shop.now(message)
    assert "Sua compra chegou" in words_of(shown)
    assert buttons_of(shown) == [f"see:{order_id}"]
    letters = shop.discord.direct_messages(shop.buyer_id)
    assert len(letters) == 1
    assert "Sua compra chegou" in words_of(letters[0])
    assert "#D-" in words_of(letters[0])
    assert order_facts(shop.seller.id, order_id).word == "delivered"
    seen_so_far = json.dumps(shop.discord.messages(shop.buyer_id, shop.guild.channel_id)) + json.dumps(letters)
    assert "PADRAO-0000" not in seen_so_far

    for place in (shown, letters[0]):
        pressed = shop.press(place, f"see:{order_id}")
        assert pressed["outcome"] == "deferred"
        till.queue.run("discord.reveal")
        opened = shop.now(pressed["message"])
        assert opened["flags"] & EPHEMERAL
        assert "PADRAO-0000" in words_of(opened)
    assert b"PADRAO" not in b"".join(shop.door.replies)
    with acting_for(shop.seller.id):
        assert set(Reveal.objects.values_list("state", "token")) == {("shown", None)}
    times = sorted(shop.door.seconds)
    with capsys.disabled():
        print(
            f"\nclick to answer: median {statistics.median(times) * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms of {len(times)} presses"
        )
    assert times[-1] < 0.3


def test_refresh_looks_at_the_provider_and_says_when(shop: ShopInTest, till: Till) -> None:
    message, order_id = till.order()
    pressed = shop.press(message, f"order:{order_id}:refresh")
    assert pressed["outcome"] == "deferred_update"
    till.queue.run()
    shown = shop.now(message)
    assert "Pagamento ainda não visto" in words_of(shown)
    assert len(shown["attachments"]) == 1
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    till.provider.pay(charge_facts(shop.seller.id, order.charge_id).provider_id)
    shop.press(message, f"order:{order_id}:refresh")
    till.queue.run()
    assert "Sua compra chegou" in words_of(shop.now(message))
    codes = [row for row in shop.discord.messages(shop.buyer_id, shop.guild.channel_id) if row["content"]]
    assert len(codes) == 1, "the code goes out once"


def test_cancelling_tells_the_provider_first(shop: ShopInTest, till: Till) -> None:
    message, order_id = till.order()
    shop.press(message, f"order:{order_id}:cancel")
    assert "Cancelando" in words_of(shop.now(message))
    till.queue.run()
    assert "Pedido cancelado" in words_of(shop.now(message))
    assert order_facts(shop.seller.id, order_id).word == "cancelled"
    assert not shop.now(message)["attachments"]


def test_cancelling_what_was_just_paid_delivers(shop: ShopInTest, till: Till) -> None:
    message, order_id = till.order()
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    till.provider.pay(charge_facts(shop.seller.id, order.charge_id).provider_id)
    shop.press(message, f"order:{order_id}:cancel")
    till.queue.run()
    assert order_facts(shop.seller.id, order_id).word == "delivered"
    assert "Sua compra chegou" in words_of(shop.now(message))


def test_expiry_is_shown(shop: ShopInTest, till: Till, clock: MovableClock) -> None:
    from astra.core.journey.sales.actions.expire_order import expire_order

    message, order_id = till.order()
    shop.press(message, f"order:{order_id}:refresh")
    with acting_for(shop.seller.id):
        Conversation.objects.update(until="2100-01-01T00:00:00Z")  # pressed a moment ago, as far as Discord knows
    clock.move(minutes=16)
    till.provider.clock(16 * 60)
    expire_order(seller_id=shop.seller.id, order_id=order_id)
    till.queue.run()
    assert "O prazo para pagar acabou" in words_of(shop.now(message))


def test_waiting_buyer_is_told_his_place_and_served(shop: ShopInTest, till: Till) -> None:
    set_no_stock(seller_id=shop.seller.id, product_id=shop.product_id, no_stock="wait", actor=Actor("member", "1"))
    message, order_id = till.order(variation=1, verb="pay_waiting")
    till.pay(order_id)
    shown = shop.now(message)
    assert "Você é o **1**º da fila" in words_of(shown)
    assert "Pago e garantido" in words_of(shop.discord.direct_messages(shop.buyer_id)[-1])
    shop.stock(1, "DELUXE-1")
    till.queue.run()
    assert "Sua compra chegou" in words_of(shop.now(message))
    letters = shop.discord.direct_messages(shop.buyer_id)
    assert ["fila" in words_of(one) for one in letters] == [True, False]
    pressed = shop.press(letters[-1], f"see:{order_id}")
    till.queue.run()
    assert "DELUXE-1" in words_of(shop.now(pressed["message"]))


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


def test_purchases_lists_only_ones_own(shop: ShopInTest, till: Till) -> None:
    _, order_id = till.order()
    till.pay(order_id)
    other = shop.person("otto")
    assert "Nenhuma compra" in words_of(shop.command("compras", by=other)["message"])
    mine = shop.command("compras")["message"]
    assert mine["flags"] & EPHEMERAL
    assert order_in(mine) == order_id
    assert order_facts(shop.seller.id, order_id).code in words_of(mine)


def test_goods_are_not_written_for_somebody_else(shop: ShopInTest, till: Till) -> None:
    """The wire lies: it names the buyer, but the reply that Discord made is another person's."""
    message, order_id = till.order()
    till.pay(order_id)
    thief = shop.person("otto")
    pressed = shop.command("compras", by=thief)
    with acting_for(shop.seller.id):
        from astra.core.surfaces.discord.models import TakenInteraction

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


def test_many_goods_come_as_a_file(shop: ShopInTest, till: Till) -> None:
    shop.stock(0, *[f"LONGO-{at:04}-{'x' * 60}" for at in range(30)])
    cart, order_id = shop.buy()
    form = shop.choose(cart, f"cart:{order_id}:quantity", "other")
    shop.submit(form["modal"]["modal_id"], quantity="20")
    shop.press(cart, f"cart:{order_id}:pay")
    till.queue.run()
    till.pay(order_id)
    pressed = shop.press(cart, f"see:{order_id}")
    till.queue.run()
    opened = shop.now(pressed["message"])
    (attached,) = opened["attachments"]
    assert attached["filename"] == f"{order_facts(shop.seller.id, order_id).code}.txt"
    content = shop.discord.file(attached["url"]).decode()
    assert content.count("\n") == 21
    assert "PADRAO-0004" in content
    assert "PADRAO-0004" not in words_of(opened)


def test_goods_show_what_the_seller_pasted_letter_by_letter(shop: ShopInTest, till: Till) -> None:
    awkward = "a`b*c_d <@1> \\ {x} |y| é"
    shop.stock(1, awkward)
    message, order_id = till.order(variation=1)
    till.pay(order_id)
    pressed = shop.press(message, f"see:{order_id}")
    till.queue.run()
    assert f"```\n{awkward}\n```" in words_of(shop.now(pressed["message"]))
