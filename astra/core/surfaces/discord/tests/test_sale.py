"""The whole sale in Discord: press, pay, receive, open."""

import json
import statistics

import pytest
from django.db import connection

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.actions.set_accent import set_accent
from astra.core.journey.instances.tests.cast import open_bot
from astra.core.journey.sales.queries import order_facts
from astra.core.payments.queries import charge_facts
from astra.core.surfaces.discord.models import Conversation, Reveal, TakenInteraction
from astra.core.surfaces.discord.screens.parts import OK
from astra.core.surfaces.discord.tests.shop import ShopInTest, buttons_of, order_in, words_of
from astra.core.surfaces.discord.tests.till import Till
from tests.support.clock import MovableClock

EPHEMERAL = 64


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
    rows = shop.discord.messages(shop.buyer_id, shop.guild.channel_id)
    assert not [row for row in rows if row["content"] == code], "a code that was paid does not invite to pay again"
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
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(string_agg(args::text, ' '), '') FROM procrastinate_jobs")
        arguments = cursor.fetchone()[0]
    assert len(shop.door.tokens) > 3
    assert not [token for token in shop.door.tokens if token != "ping" and token in arguments]
    times = sorted(shop.door.seconds)
    with capsys.disabled():
        print(
            f"\nclick to answer: median {statistics.median(times) * 1000:.0f} ms, slowest {times[-1] * 1000:.0f} ms of {len(times)} presses"
        )
    assert times[-1] < 0.3


def test_the_same_sale_by_the_relay_and_no_secret_on_its_wire(shop: ShopInTest, till: Till) -> None:
    shop.door.relay = open_bot(shop.seller.id, shop.instance_id)
    message, order_id = till.order()
    assert "Pague R$\xa039,90 por PIX" in words_of(shop.now(message))
    till.pay(order_id)
    pressed = shop.press(message, f"see:{order_id}")
    assert pressed["outcome"] == "deferred"
    assert json.loads(shop.door.replies[-1]) == {"type": 5, "data": {"flags": EPHEMERAL}}
    till.queue.run()
    assert "PADRAO-0000" in words_of(shop.now(pressed["message"]))
    wire = b"".join(shop.door.replies)
    assert b"PADRAO" not in wire
    assert b"br.gov.bcb.pix" not in wire.lower()
    with acting_for(shop.seller.id):
        assert set(TakenInteraction.objects.values_list("transport", flat=True)) == {"relay"}


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


def test_purchases_lists_only_ones_own(shop: ShopInTest, till: Till) -> None:
    _, order_id = till.order()
    till.pay(order_id)
    other = shop.person("otto")
    assert "Nenhuma compra" in words_of(shop.command("compras", by=other)["message"])
    mine = shop.command("compras")["message"]
    assert mine["flags"] & EPHEMERAL
    assert order_in(mine) == order_id
    assert order_facts(shop.seller.id, order_id).code in words_of(mine)


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


def test_the_shops_colour_frames_what_is_asked_and_not_what_became_of_it(shop: ShopInTest, till: Till) -> None:
    set_accent(seller_id=shop.seller.id, instance_id=shop.instance_id, accent=0xAA00FF, actor=Actor("member", "1"))
    message, order_id = till.order()
    assert shop.now(message)["components"][0]["accent_color"] == 0xAA00FF
    till.pay(order_id)
    assert shop.now(message)["components"][0]["accent_color"] == OK


def test_goods_show_what_the_seller_pasted_letter_by_letter(shop: ShopInTest, till: Till) -> None:
    awkward = "a`b*c_d <@1> \\ {x} |y| é"
    shop.stock(1, awkward)
    message, order_id = till.order(variation=1)
    till.pay(order_id)
    pressed = shop.press(message, f"see:{order_id}")
    till.queue.run()
    assert f"```\n{awkward}\n```" in words_of(shop.now(pressed["message"]))


def test_an_unpaid_order_is_found_again_with_its_picture_and_code(shop: ShopInTest, till: Till) -> None:
    """Ephemeral messages go with the client's memory: the list leads back to the PIX."""
    message, order_id = till.order()
    for row in shop.discord.messages(shop.buyer_id, shop.guild.channel_id):
        if row["flags"] & EPHEMERAL:
            shop.discord.dismiss(shop.buyer_id, row["channel_id"], row["id"])
    listed = shop.command("compras")["message"]
    pressed = shop.press(listed, f"order:{order_id}:show")
    till.queue.run()
    shown = shop.now(pressed["message"])
    assert "por PIX" in words_of(shown)
    assert len(shown["attachments"]) == 1
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    code = charge_facts(shop.seller.id, order.charge_id).copy_paste
    assert [row["content"] for row in shop.discord.messages(shop.buyer_id, shop.guild.channel_id)].count(code) == 1
    till.pay(order_id)
    assert "Sua compra chegou" in words_of(shop.now(pressed["message"]))
    assert message["id"] != pressed["message"]["id"]


def test_what_is_there_can_be_seen_while_the_rest_waits(shop: ShopInTest, till: Till) -> None:
    set_no_stock(seller_id=shop.seller.id, product_id=shop.product_id, no_stock="wait", actor=Actor("member", "1"))
    shop.stock(1, "DELUXE-1")
    cart, order_id = shop.buy()
    deluxe = product_facts(shop.seller.id, shop.product_id).variations[1]
    shop.choose(cart, f"cart:{order_id}:variation", str(deluxe.id))
    shop.choose(cart, f"cart:{order_id}:quantity", "2")
    shop.press(cart, f"cart:{order_id}:pay_waiting")
    till.queue.run()
    till.pay(order_id)
    assert "Parte da sua compra chegou" in words_of(shop.now(cart))
    pressed = shop.press(cart, f"see:{order_id}")
    till.queue.run()
    assert "DELUXE-1" in words_of(shop.now(pressed["message"]))
    shop.stock(1, "DELUXE-2")
    till.queue.run()
    assert "Sua compra chegou" in words_of(shop.now(cart))
    pressed = shop.press(cart, f"see:{order_id}")
    till.queue.run()
    assert "DELUXE-2" in words_of(shop.now(pressed["message"]))
