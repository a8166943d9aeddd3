"""A buyer and his cart: every press answered at once, in words, for him alone."""

import uuid
from typing import Any

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.sales.queries import order_facts
from astra.core.surfaces.discord.models import Conversation, TakenInteraction
from astra.core.surfaces.discord.tests.shop import ShopInTest, buttons_of, words_of

EPHEMERAL = 64


def test_buy_opens_a_cart_that_only_the_buyer_sees(shop: ShopInTest) -> None:
    cart, order_id = shop.buy()
    assert cart["flags"] & EPHEMERAL
    assert "Seu carrinho" in words_of(cart)
    assert "R$\xa039,90" in words_of(cart)
    order = order_facts(shop.seller.id, order_id)
    assert (order.word, order.buyer_id, order.guild_id) == ("draft", shop.buyer_id, shop.guild.id)
    other = shop.person("otto")
    assert cart["id"] not in [row["id"] for row in shop.discord.messages(other, shop.guild.channel_id)]
    again, same_id = shop.buy()
    assert same_id == order_id
    assert again["id"] != cart["id"]


def test_variation_quantity_and_coupon_change_the_same_message(shop: ShopInTest) -> None:
    create_coupon(seller_id=shop.seller.id, code="LANCA10", kind="percent", value=10, actor=Actor("member", "1"))
    shop.stock(1, *[f"DELUXE-{at}" for at in range(15)])
    cart, order_id = shop.buy()
    deluxe = product_facts(shop.seller.id, shop.product_id).variations[1]
    changed = shop.choose(cart, f"cart:{order_id}:variation", str(deluxe.id))
    assert changed["outcome"] == "update"
    assert "R$\xa064,90" in words_of(shop.now(cart))
    shop.choose(cart, f"cart:{order_id}:quantity", "2")
    assert "Total **R$\xa0129,80**" in words_of(shop.now(cart))
    form = shop.press(cart, f"cart:{order_id}:coupon")
    assert form["outcome"] == "modal"
    shop.submit(form["modal"]["modal_id"], coupon="lanca10")
    assert "−R$\xa012,98" in words_of(shop.now(cart))
    assert "Total **R$\xa0116,82**" in words_of(shop.now(cart))
    form = shop.choose(cart, f"cart:{order_id}:quantity", "other")
    shop.submit(form["modal"]["modal_id"], quantity="12")
    assert order_facts(shop.seller.id, order_id).lines[0].quantity == 12
    assert "12 × Deluxe" in words_of(shop.now(cart))
    form = shop.press(cart, f"cart:{order_id}:coupon")
    shop.submit(form["modal"]["modal_id"], coupon="")
    assert order_facts(shop.seller.id, order_id).coupon_code == ""


@pytest.mark.parametrize("typed", ["0", "21", "9999", "-1", "um"])
def test_a_quantity_that_cannot_be_is_told_on_top_of_the_cart(shop: ShopInTest, typed: str) -> None:
    shop.stock(0, *[f"MORE-{at}" for at in range(15)])
    cart, order_id = shop.buy()
    form = shop.choose(cart, f"cart:{order_id}:quantity", "other")
    shop.submit(form["modal"]["modal_id"], quantity=typed)
    said = words_of(shop.now(cart))
    assert said.startswith("**")
    assert "quantidade" in said.splitlines()[0]
    assert order_facts(shop.seller.id, order_id).lines[0].quantity == 1


def test_an_unknown_coupon_is_told_and_the_cart_stays(shop: ShopInTest) -> None:
    cart, order_id = shop.buy()
    form = shop.press(cart, f"cart:{order_id}:coupon")
    shop.submit(form["modal"]["modal_id"], coupon="NADA")
    said = words_of(shop.now(cart))
    assert said.startswith("**")
    assert "Total **R$\xa039,90**" in said


def test_english_people_are_spoken_to_in_english(shop: ShopInTest) -> None:
    english = shop.person("emma", locale="en-GB")
    cart, _ = shop.buy(by=english)
    assert "Your cart" in words_of(cart)
    assert "R$39.90" in words_of(cart)


def test_somebody_elses_cart_is_not_yours_and_nothing_happens(shop: ShopInTest) -> None:
    _, order_id = shop.buy()
    thief = shop.person("otto")
    for verb in ("pay", "cancel", "coupon", "variation"):
        reply = _forge(shop, f"cart:{order_id}:{verb}", by=thief, values=[str(uuid.uuid4())])
        assert reply["type"] == 4
        assert reply["data"]["flags"] & EPHEMERAL
        assert "não é seu" in words_of(reply["data"])
    assert order_facts(shop.seller.id, order_id).word == "draft"
    assert _forge(shop, f"see:{order_id}", by=thief)["type"] == 4
    assert _forge(shop, f"order:{order_id}:refresh", by=thief)["type"] == 4


def test_a_press_that_makes_no_sense_is_answered_in_words(shop: ShopInTest) -> None:
    for custom_id in ("buy:nonsense", "cart:1:pay", "what:is:this", f"cart:{uuid.uuid4()}:dance", f"buy:{uuid.uuid4()}"):
        reply = _forge(shop, custom_id, by=shop.buyer_id)
        assert reply["type"] == 4
        assert "Nada foi" in words_of(reply["data"]) or "nada foi" in words_of(reply["data"])


def test_the_same_press_is_taken_once(shop: ShopInTest) -> None:
    payload = _payload(shop, f"buy:{shop.product_id}", by=shop.buyer_id)
    first, second = _answer(shop, payload), _answer(shop, payload)
    assert first == second
    with acting_for(shop.seller.id):
        assert TakenInteraction.objects.count() == 1


def test_the_token_is_sealed_and_renewed_by_each_press(shop: ShopInTest) -> None:
    cart, order_id = shop.buy()
    with acting_for(shop.seller.id):
        first = Conversation.objects.get(order_id=order_id)
    shop.choose(cart, f"cart:{order_id}:quantity", "2")
    with acting_for(shop.seller.id):
        second = Conversation.objects.get(order_id=order_id)
    assert first.interaction_id != second.interaction_id
    assert bytes(first.token or b"") != bytes(second.token or b"")
    assert second.interaction_id.encode() not in bytes(second.token or b"")


def test_cancelling_a_cart_charges_nothing(shop: ShopInTest) -> None:
    cart, order_id = shop.buy()
    shop.press(cart, f"cart:{order_id}:cancel")
    assert "Nada foi cobrado" in words_of(shop.now(cart))
    assert not buttons_of(shop.now(cart))
    assert order_facts(shop.seller.id, order_id).word == "cancelled"


def test_sold_out_is_told_before_paying_and_no_charge_exists(shop: ShopInTest) -> None:
    cart, order_id = shop.buy()
    others = [shop.person(f"p{at}") for at in range(5)]
    for person in others:
        theirs, their_order = shop.buy(by=person)
        assert shop.press(theirs, f"cart:{their_order}:pay", by=person)["outcome"] == "update"
    shop.press(cart, f"cart:{order_id}:pay")
    order = order_facts(shop.seller.id, order_id)
    assert (order.word, order.charge_id) == ("draft", None)
    assert f"cart:{order_id}:pay" not in buttons_of(shop.now(cart))


def test_only_waiting_is_offered_when_the_product_waits(shop: ShopInTest) -> None:
    set_no_stock(seller_id=shop.seller.id, product_id=shop.product_id, no_stock="wait", actor=Actor("member", "1"))
    cart, order_id = shop.buy()
    deluxe = product_facts(shop.seller.id, shop.product_id).variations[1]
    shop.choose(cart, f"cart:{order_id}:variation", str(deluxe.id))
    shown = shop.now(cart)
    assert f"cart:{order_id}:pay_waiting" in buttons_of(shown)
    assert f"cart:{order_id}:pay" not in buttons_of(shown)
    reply = _forge(shop, f"cart:{order_id}:pay", by=shop.buyer_id)
    assert order_facts(shop.seller.id, order_id).charge_id is None, "the agreement was not asked for"
    assert f"cart:{order_id}:pay_waiting" in buttons_of(reply["data"])
    shop.press(cart, f"cart:{order_id}:pay_waiting")
    assert order_facts(shop.seller.id, order_id).word == "awaiting_payment"


def _payload(shop: ShopInTest, custom_id: str, *, by: str, values: list[str] | None = None) -> dict[str, Any]:
    """What Discord would send for a press on a button with any custom_id: buttons can be forged by nobody but the bot."""
    data: dict[str, Any] = {"component_type": 2, "custom_id": custom_id}
    if values:
        data |= {"component_type": 3, "values": values}
    return {
        "type": 3,
        "id": str(uuid.uuid4().int % 10**18),
        "token": "forged",
        "application_id": shop.bot.id,
        "guild_id": shop.guild.id,
        "channel_id": shop.guild.channel_id,
        "locale": "pt-BR",
        "member": {"user": {"id": by, "username": "x"}},
        "message": {"id": "1", "flags": 64},
        "data": data,
    }


def _answer(shop: ShopInTest, payload: dict[str, Any]) -> dict[str, Any]:
    from astra.core.journey.instances.queries import instance_facts
    from astra.core.surfaces.discord.pipeline import answer_interaction

    return answer_interaction(payload, instance=instance_facts(shop.seller.id, shop.instance_id), transport="http")


def _forge(shop: ShopInTest, custom_id: str, *, by: str, values: list[str] | None = None) -> dict[str, Any]:
    return _answer(shop, _payload(shop, custom_id, by=by, values=values))
