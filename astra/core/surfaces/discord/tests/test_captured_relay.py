"""A bot that was taken over brings real presses with another meaning. It gets no goods of anybody (G14)."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.tests.cast import open_bot
from astra.core.surfaces.discord.goods_button import is_wish_for_goods, time_of
from astra.core.surfaces.discord.models import GoodsButton, Reveal
from astra.core.surfaces.discord.sends import original
from astra.core.surfaces.discord.sends.reveal import reveal
from astra.core.surfaces.discord.tests.shop import ShopInTest, buttons_of, words_of
from astra.core.surfaces.discord.tests.till import Till

SECRET = "PADRAO-0000"


def into(custom_id: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Another button than the one that was pressed; id, token and person stay Discord's."""
    return lambda payload: {**payload, "type": 3, "data": {"custom_id": custom_id, "component_type": 2}}


@pytest.fixture
def paid(shop: ShopInTest, till: Till) -> tuple[dict[str, Any], uuid.UUID]:
    """A paid order that its buyer did not open yet, in a shop whose bot can be taken over."""
    shop.door.relay = open_bot(shop.seller.id, shop.instance_id)
    message, order_id = till.order()
    till.pay(order_id)
    till.queue.run()
    assert buttons_of(shop.now(message)) == [f"see:{order_id}"]
    return message, order_id


def refusals(shop: ShopInTest) -> list[str]:
    with acting_for(shop.seller.id):
        return list(Reveal.objects.order_by("created_at").values_list("reason", flat=True))


def test_a_look_at_a_card_is_not_a_wish_for_goods(shop: ShopInTest, till: Till, paid) -> None:
    _, order_id = paid
    card = shop.post_card()
    shop.door.twist = into(f"see:{order_id}")
    pressed = shop.press(card, f"details:{shop.product_id}")
    shop.door.twist = None
    till.queue.run()
    shown = shop.now(pressed["message"])
    assert SECRET not in json.dumps(shown)
    assert refusals(shop) == ["not_certain"]
    # The reply has become a message whose only button opens the goods: a press of the buyer's own on it does.
    assert buttons_of(shown) == [f"see:{order_id}"]
    opened = shop.press(shown, f"see:{order_id}")
    till.queue.run()
    assert SECRET in words_of(shop.now(opened["message"]))


def test_a_press_from_before_the_button_stood_there_does_not_count(shop: ShopInTest, till: Till) -> None:
    """The same message asked "have I paid?" a minute ago: that press was another one, though Discord names the same message."""
    shop.door.relay = open_bot(shop.seller.id, shop.instance_id)
    message, order_id = till.order()
    shop.door.twist = into(f"see:{order_id}")
    pressed = shop.press(message, f"order:{order_id}:refresh")
    shop.door.twist = None
    # The wish waits until the money is there and the message has its one button.
    till.queue.forget()
    till.pay(order_id)
    till.queue.run()
    with acting_for(shop.seller.id):
        wish = Reveal.objects.get(state=Reveal.ASKED)
        door = GoodsButton.objects.get(message_id=message["id"])
    about = {"id": wish.interaction_id, "interacted_message_id": message["id"]}
    assert not is_wish_for_goods(shop.seller.id, order_id, about)
    assert reveal(seller_id=shop.seller.id, reveal_id=wish.id) is False
    assert SECRET not in json.dumps(shop.now(pressed["message"]))
    assert refusals(shop) == ["not_certain"]
    assert time_of(wish.interaction_id) < door.since_ms
    with acting_for(shop.seller.id):
        GoodsButton.objects.update(since_ms=0)  # without the time the press would have counted
    assert is_wish_for_goods(shop.seller.id, order_id, about)


def test_an_honest_press_on_the_orders_own_message_opens_at_once(shop: ShopInTest, till: Till, paid) -> None:
    message, order_id = paid
    pressed = shop.press(shop.now(message), f"see:{order_id}")
    till.queue.run()
    assert SECRET in words_of(shop.now(pressed["message"]))
    with acting_for(shop.seller.id):
        assert GoodsButton.objects.filter(order_id=order_id).count() == 2  # the message, and the direct message


def test_a_list_of_purchases_needs_one_press_more(shop: ShopInTest, till: Till, paid) -> None:
    _, order_id = paid
    listed = shop.command("compras")
    asked = shop.press(listed["message"], f"see:{order_id}")
    till.queue.run()
    between = shop.now(asked["message"])
    assert SECRET not in json.dumps(between)
    opened = shop.press(between, f"see:{order_id}")
    till.queue.run()
    assert SECRET in words_of(shop.now(opened["message"]))


def test_the_time_in_an_id_is_discords() -> None:
    # Discord's reference, "Snowflakes": the example id and its time.
    assert time_of("175928847299117063") == 1_462_015_105_796


# What a forgery replaces of another person's real press, given a real press of the buyer's.
FORGERIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nothing of it is real": lambda buyers: {"id": "1490000000000000001", "token": "aW50ZXJhY3Rpb24made-up"},
    "another person's press": lambda buyers: {},
    "another person's token, a made-up press": lambda buyers: {"id": "1490000000000000002"},
    "another person's token, the buyer's own press": lambda buyers: {"id": buyers["id"]},
    "another person's press, the token of the buyer's": lambda buyers: {"token": buyers["token"]},
}


def test_a_forged_press_in_the_buyers_name_reveals_nothing(shop: ShopInTest, till: Till, paid, monkeypatch) -> None:
    """With and without the real token of another person's press: the wire's word for who pressed opens nothing."""
    monkeypatch.setattr(original, "PAUSE_SECONDS", 0.0)
    message, order_id = paid
    real: list[dict[str, Any]] = []

    def keep(payload: dict[str, Any]) -> dict[str, Any]:
        real.append(payload)
        return payload

    shop.door.twist = keep
    shop.command("compras")  # the buyer's: a real press, and no wish for goods
    thief = shop.person("otto")
    for name, change in FORGERIES.items():

        def forge(payload: dict[str, Any], change=change) -> dict[str, Any]:
            named = {"user": {"id": shop.buyer_id, "username": "bento"}}
            forged = {**into(f"see:{order_id}")(payload), "member": named, "message": {"id": message["id"], "flags": 64}}
            return {**forged, **change(real[0])}

        shop.door.twist = forge
        before = len(refusals(shop))
        shop.command("compras", by=thief)
        till.queue.run()
        assert SECRET.encode() not in b"".join(shop.door.replies), name
        shown = [shop.discord.messages(person, shop.guild.channel_id) for person in (thief, shop.buyer_id)]
        told = [shop.discord.direct_messages(person) for person in (thief, shop.buyer_id)]
        assert SECRET not in json.dumps([shown, told]), name
        assert set(refusals(shop)[before:]) <= {"read_back", "message_gone", "not_certain"}, name
    assert "read_back" in refusals(shop)
    assert "message_gone" in refusals(shop)
    # Nothing is broken by it: the buyer's own press opens the goods.
    shop.door.twist = None
    opened = shop.press(shop.now(message), f"see:{order_id}")
    till.queue.run()
    assert SECRET in words_of(shop.now(opened["message"]))
