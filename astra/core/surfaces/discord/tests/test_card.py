"""A product's card in its channel: posted once, changed in place, posted anew when lost, its refusals told in words."""

from typing import Any

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.catalog.actions.set_no_stock import set_no_stock
from astra.core.journey.instances.actions.set_accent import USUAL_ACCENT, set_accent
from astra.core.journey.publication.actions.publish_product import publish_product
from astra.core.journey.publication.actions.unpublish import unpublish
from astra.core.journey.publication.queries import publication_facts
from astra.core.surfaces.discord.tests.shop import ShopInTest, buttons_of, words_of
from tests.support.clock import MovableClock
from tests.support.queue import QueueInTest

ACTOR = Actor("member", "1")


@pytest.fixture
def wired(shop: ShopInTest, queue: QueueInTest) -> QueueInTest:
    """The shop's queue, empty."""
    queue.forget()
    return queue


def publish(shop: ShopInTest, channel_id: str = "") -> Any:
    return publish_product(
        seller_id=shop.seller.id,
        product_id=shop.product_id,
        instance_id=shop.instance_id,
        channel_id=channel_id or shop.guild.channel_id,
        channel_name="geral",
        actor=ACTOR,
    )


def cards(shop: ShopInTest) -> list[dict[str, Any]]:
    rows = shop.discord.messages(shop.buyer_id, shop.guild.channel_id)
    return [row for row in rows if row["author"]["id"] == shop.bot.bot_id]


def test_a_card_is_posted_and_can_be_bought_from(shop: ShopInTest, wired: QueueInTest) -> None:
    publication_id = publish(shop)
    wired.run()
    (card,) = cards(shop)
    facts = publication_facts(shop.seller.id, publication_id)
    assert (facts.state, facts.message_id) == ("published", card["id"])
    assert "A partir de **R$\xa039,90**" in words_of(card)
    assert "Últimas unidades" in words_of(card)
    assert buttons_of(card) == [f"buy:{shop.product_id}", f"details:{shop.product_id}"]
    assert "Seu carrinho" in words_of(shop.press(card, f"buy:{shop.product_id}")["message"])


def test_another_colour_reaches_the_cards_that_stand_and_what_follows(shop: ShopInTest, wired: QueueInTest) -> None:
    publish(shop)
    wired.run()
    (before,) = cards(shop)
    set_accent(seller_id=shop.seller.id, instance_id=shop.instance_id, accent=0xAA00FF, actor=ACTOR)
    wired.run()
    (card,) = cards(shop)
    cart = shop.press(card, f"buy:{shop.product_id}")["message"]
    colours = [message["components"][0]["accent_color"] for message in (before, card, cart)]
    assert colours == [USUAL_ACCENT, 0xAA00FF, 0xAA00FF]
    assert not set_accent(seller_id=shop.seller.id, instance_id=shop.instance_id, accent=0xAA00FF, actor=ACTOR)


def test_details_tell_all_only_to_who_asked_and_lead_to_the_cart(shop: ShopInTest, wired: QueueInTest) -> None:
    publish(shop)
    wired.run()
    (card,) = cards(shop)
    answer = shop.press(card, f"details:{shop.product_id}")["message"]
    assert answer["flags"] & 64
    assert "Sem estoque nada é cobrado" in words_of(answer)
    assert "R$\xa039,90" in words_of(answer)
    assert buttons_of(answer) == [f"buy:{shop.product_id}"]
    assert "Seu carrinho" in words_of(shop.press(answer, f"buy:{shop.product_id}")["message"])


def test_a_change_is_made_in_the_same_message(shop: ShopInTest, wired: QueueInTest) -> None:
    publish(shop)
    wired.run()
    (before,) = cards(shop)
    set_no_stock(seller_id=shop.seller.id, product_id=shop.product_id, no_stock="wait", actor=ACTOR)
    shop.stock(0, *[f"MORE-{at}" for at in range(30)])
    publish(shop)
    wired.run()
    (after,) = cards(shop)
    assert after["id"] == before["id"]
    assert "Disponível" in words_of(after)


def test_a_deleted_card_is_posted_anew(shop: ShopInTest, wired: QueueInTest) -> None:
    from astra.core.foundation.sealing.secret import Secret
    from astra.core.integrations.discord.rest import DiscordRest

    publication_id = publish(shop)
    wired.run()
    (before,) = cards(shop)
    DiscordRest(Secret(shop.bot.token)).delete(f"/channels/{shop.guild.channel_id}/messages/{before['id']}")
    publish(shop)
    wired.run()
    (after,) = cards(shop)
    assert after["id"] != before["id"]
    assert publication_facts(shop.seller.id, publication_id).message_id == after["id"]


def test_a_lost_answer_leaves_one_card(shop: ShopInTest, wired: QueueInTest, clock: MovableClock) -> None:
    from astra.core.integrations.discord.rest import OutcomeUnknown
    from astra.core.journey.publication.sweeps import sweep_publications

    publication_id = publish(shop)
    shop.discord.faults({"match": "POST /channels/\\d+/messages$", "kind": "lose_answer", "times": 1})
    with pytest.raises(OutcomeUnknown):
        wired.run()
    clock.move(seconds=61)
    shop.discord.clock(61)
    sweep_publications()
    wired.run()
    (card,) = cards(shop)
    assert publication_facts(shop.seller.id, publication_id).message_id == card["id"]


def test_a_channel_that_is_gone_is_told_in_words(shop: ShopInTest, wired: QueueInTest) -> None:
    publication_id = publish(shop)
    shop.discord.delete_channel(shop.guild.channel_id)
    wired.run()
    facts = publication_facts(shop.seller.id, publication_id)
    assert (facts.state, facts.reason) == ("failed", "Este canal não existe mais. Escolha outro.")


def test_a_missing_permission_is_told_in_words(shop: ShopInTest, wired: QueueInTest) -> None:
    publication_id = publish(shop)
    shop.discord.faults({"match": "POST /channels/\\d+/messages$", "kind": "error", "status": 403, "code": 50013, "times": 1})
    wired.run()
    facts = publication_facts(shop.seller.id, publication_id)
    assert facts.state == "failed"
    assert facts.reason.startswith("O bot não pode escrever neste canal.")


def test_a_withdrawn_card_is_deleted_once(shop: ShopInTest, wired: QueueInTest) -> None:
    publication_id = publish(shop)
    wired.run()
    unpublish(seller_id=shop.seller.id, publication_id=publication_id, actor=ACTOR)
    wired.run()
    assert cards(shop) == []
    facts = publication_facts(shop.seller.id, publication_id)
    assert (facts.state, facts.message_id) == ("withdrawn", "")
