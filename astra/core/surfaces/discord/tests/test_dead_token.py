"""A token dies in the middle of trade and is replaced: by HTTP nobody who presses goes unanswered, and what waited goes out in order."""

import contextlib
from typing import Any

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import set_interactions_endpoint
from astra.core.integrations.discord.failures import TokenRefused
from astra.core.integrations.discord.limits import LIMITS
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.delivery.models import Notice
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.queries import instance_facts
from astra.core.journey.publication.actions.publish_product import publish_product
from astra.core.journey.publication.actions.unpublish import unpublish
from astra.core.journey.publication.queries import publication_facts
from astra.core.journey.publication.sweeps import sweep_publications
from astra.core.journey.sales.queries import order_facts
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts
from astra.core.surfaces.discord import sweeps
from astra.core.surfaces.discord.tests.shop import ShopInTest, words_of
from astra.core.surfaces.discord.tests.till import Till
from tests.support.clock import MovableClock

ACTOR = Actor("member", "1")


@pytest.fixture
def public(shop: ShopInTest, settings, monkeypatch) -> None:
    """Discord finds the shop's address where this test listens, and is answered here while it verifies it."""
    settings.ASTRA_PUBLIC_URL = shop.door.url
    monkeypatch.setattr(
        "astra.core.journey.instances.actions.connect_endpoint.set_interactions_endpoint",
        lambda token, url: shop.door.while_answering(lambda: set_interactions_endpoint(token, url)),
    )


def paste_new_token(shop: ShopInTest) -> None:
    token = Secret(shop.discord.renew(shop.bot.id))
    change_token(seller_id=shop.seller.id, instance_id=shop.instance_id, token=token, actor=ACTOR)


def state_of(shop: ShopInTest) -> tuple[str, str]:
    facts = instance_facts(shop.seller.id, shop.instance_id)
    return facts.seen_state, facts.reason


def is_answered(shop: ShopInTest) -> bool:
    return bool(shop.command("compras")["outcome"] == "message")


def test_what_was_paid_meanwhile_is_sent_in_the_order_of_payment_and_presses_never_stop(shop: ShopInTest, till: Till, public) -> None:
    buyers = [shop.buyer_id, shop.person("bia"), shop.person("caio")]
    orders = [till.order(by=buyer)[1] for buyer in buyers]
    paid_in_this_order = [orders[2], orders[0], orders[1]]
    shop.discord.revoke(shop.bot.id)
    for order_id in paid_in_this_order:
        till.pay(order_id)
    assert state_of(shop) == ("errored", "token_invalid")
    with acting_for(shop.seller.id):
        assert list(Notice.objects.order_by("id").values_list("order_id", "state")) == [(one, "parked") for one in paid_in_this_order]
    assert is_answered(shop), "by HTTP a press needs no token"
    asked = len(shop.discord.requests(shop.bot.id, 500))
    assert is_answered(shop)
    assert [one for one in shop.discord.requests(shop.bot.id, 500)[asked:] if one["status"] == 401] == []

    paste_new_token(shop)
    assert state_of(shop) == ("configured", "")
    assert is_answered(shop), "before anything else could happen"
    till.queue.run("instances.connect_endpoint")
    assert state_of(shop) == ("online", "")
    assert is_answered(shop)
    till.queue.run()
    sent = {order_id: shop.discord.direct_messages(buyer) for order_id, buyer in zip(orders, buyers, strict=True)}
    assert [len(letters) for letters in sent.values()] == [1, 1, 1]
    assert sorted(orders, key=lambda order_id: int(sent[order_id][0]["id"])) == paid_in_this_order
    assert {order_facts(shop.seller.id, order_id).word for order_id in orders} == {"delivered"}


def test_news_of_money_that_goes_back_waits_for_the_next_token_too(shop: ShopInTest, till: Till, clock: MovableClock, public) -> None:
    """The order's message can be changed no more, and the bot may write to nobody: the buyer is told when it may again."""
    _, order_id = till.order()
    till.pay(order_id)
    order = order_facts(shop.seller.id, order_id)
    assert order.charge_id
    provider_id = charge_facts(shop.seller.id, order.charge_id).provider_id
    payment = till.provider.charge(provider_id)["payments"][0]
    clock.move(minutes=16)
    shop.discord.clock(16 * 60)
    before = len(shop.discord.direct_messages(shop.buyer_id))
    shop.discord.revoke(shop.bot.id)
    till.provider.take_back(provider_id, payment["id"], payment["amount_minor"])
    take_reading(seller_id=shop.seller.id, charge_id=order.charge_id)
    till.queue.run()
    assert state_of(shop) == ("errored", "token_invalid")
    for _ in range(2):
        LIMITS.forget()
        clock.move(minutes=2)
        assert sweeps.sweep_notices() == 1
        till.queue.run()
    assert LIMITS.refusals() == 0, "nothing is asked with a token that is known to be dead"
    paste_new_token(shop)
    till.queue.run()
    clock.move(minutes=2)
    sweeps.sweep_notices()
    till.queue.run()
    told = [words_of(one) for one in shop.discord.direct_messages(shop.buyer_id)[before:]]
    assert len(told) == 1
    assert "devolvid" in told[0] or "reembols" in told[0].lower()
    clock.move(minutes=2)
    assert sweeps.sweep_notices() == 0


def test_cards_wait_for_the_next_token_and_are_then_true_again(shop: ShopInTest, till: Till, clock: MovableClock, public) -> None:
    """One is posted, one changed and one taken away while the bot may write nothing: the seller presses nothing again."""
    made: dict[str, Any] = {"seller_id": shop.seller.id, "actor": ACTOR}
    second, third = (
        create_product(**made, name=name, description="", no_stock="refuse", variations=[NewVariation("Única", 1000)])
        for name in ("Lampião", "Cordel")
    )
    till.queue.forget()
    where: dict[str, Any] = {"instance_id": shop.instance_id, "channel_id": shop.guild.channel_id, "channel_name": "geral"}
    standing = publish_product(**made, **where, product_id=shop.product_id)
    unwanted = publish_product(**made, **where, product_id=second)
    till.queue.run()
    shop.discord.revoke(shop.bot.id)
    shop.stock(0, *[f"MORE-{at}" for at in range(30)])
    till.queue.run()
    assert state_of(shop) == ("errored", "token_invalid")
    fresh = publish_product(**made, **where, product_id=third)
    unpublish(**made, publication_id=unwanted)
    for _ in range(8):  # a dead token for minutes: no try is spent
        with contextlib.suppress(TokenRefused):
            till.queue.run("discord.publish_card", "discord.withdraw_card")
        clock.move(seconds=20)
        assert sweep_publications() == 0
    facts = {one: publication_facts(shop.seller.id, one) for one in (standing, fresh)}
    assert [(one.state, "token" in one.reason) for one in facts.values()] == [("outdated", True), ("wanted", True)]
    paste_new_token(shop)
    assert sweep_publications() == 3
    till.queue.run()
    assert [publication_facts(shop.seller.id, one).state for one in (standing, fresh)] == ["published", "published"]
    mine = [row for row in shop.discord.messages(shop.buyer_id, shop.guild.channel_id) if row["author"]["id"] == shop.bot.bot_id]
    assert [("Disponível" in words_of(row), "Cordel" in words_of(row)) for row in mine] == [(True, False), (False, True)]
