"""Who may bring an interaction: Discord by its signature, a bot by its session; nobody else, and nothing old."""

import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import OperationalError
from django.test import Client

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.sales.queries import order_facts
from astra.core.surfaces.discord import http_door, pipeline
from astra.core.surfaces.discord.models import Conversation
from astra.core.surfaces.discord.signature import is_signed
from astra.core.surfaces.discord.tests.shop import ShopInTest, words_of
from tests.support.cast import SellerInTest
from tests.support.queue import QueueInTest

KEY = Ed25519PrivateKey.generate()
VERIFY_KEY = KEY.public_key().public_bytes_raw().hex()


def sign(body: bytes, timestamp: str) -> str:
    return KEY.sign(timestamp.encode() + body).hex()


def post(application_id: str, body: bytes, timestamp: str, signature: str) -> Any:
    headers = {"X-Signature-Ed25519": signature, "X-Signature-Timestamp": timestamp}
    path = f"/discord/interactions/{application_id}"
    return Client().generic("POST", path, body, content_type="application/json", headers=headers)


@pytest.fixture
def application(shop: ShopInTest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The shop's application, with a key that the test can sign with."""
    from astra.core.journey.instances.models import Instance

    with acting_for(shop.seller.id):
        Instance.objects.filter(id=shop.instance_id).update(verify_key=VERIFY_KEY)
    return shop.bot.id


def test_ping_is_answered_when_signed(application: str) -> None:
    now, body = str(int(time.time())), b'{"type":1}'
    answer = post(application, body, now, sign(body, now))
    assert (answer.status_code, answer.json()) == (200, {"type": 1})


@pytest.mark.parametrize("wrong", ["signature", "body", "timestamp", "old", "future", "none", "application", "not_hex"])
def test_anything_else_is_refused(application: str, wrong: str) -> None:
    now, body = str(int(time.time())), b'{"type":1}'
    if wrong == "old":
        now = str(int(time.time()) - 330)
    if wrong == "future":
        now = str(int(time.time()) + 330)  # a busy machine takes its time
    signature = sign(body, now)
    if wrong == "signature":
        signature = Ed25519PrivateKey.generate().sign(now.encode() + body).hex()
    if wrong == "not_hex":
        signature = "zz"
    if wrong == "none":
        signature = now = ""
    if wrong == "timestamp":
        now = str(int(now) - 1)
    if wrong == "body":
        body = b'{"type":2}'
    answer = post("1" if wrong == "application" else application, body, now, signature)
    assert answer.status_code == 401


def test_signature_of_another_application_is_refused(shop: ShopInTest, other_seller: SellerInTest) -> None:
    """Otto's bot signs rightly, for Otto: at Lara's address that is worth nothing."""
    bot = shop.discord.bot("Outra", shop.guild)
    create_instance(seller_id=other_seller.id, name="Outra", token=Secret(bot.token), engine="none", actor=Actor("member", "1"))
    seconds = shop.door.seconds
    seconds.clear()
    from astra.core.integrations.discord.application import set_interactions_endpoint
    from astra.core.integrations.discord.rest import Refused

    with pytest.raises(Refused):
        address = f"{shop.door.url}/discord/interactions/{shop.bot.id}"
        shop.door.while_answering(lambda: set_interactions_endpoint(Secret(bot.token), address))
    assert all(b"invalid request signature" in reply for reply in shop.door.replies[-1:])


def test_a_payload_of_another_application_is_not_acted_upon(shop: ShopInTest) -> None:
    from astra.core.journey.instances.queries import instance_facts

    payload = _press(shop, f"buy:{shop.product_id}") | {"application_id": "1"}
    reply = pipeline.answer_interaction(payload, instance=instance_facts(shop.seller.id, shop.instance_id), transport="relay")
    assert "mensagem antiga" in words_of(reply["data"])
    with acting_for(shop.seller.id):
        assert not Conversation.objects.exists()


def test_another_sellers_order_is_not_there(shop: ShopInTest, other_seller: SellerInTest) -> None:
    """The same buyer at another shop: this shop's order does not exist there."""
    from astra.core.journey.instances.queries import instance_facts

    _, order_id = shop.buy()
    bot = shop.discord.bot("Outra", shop.guild)
    theirs = create_instance(seller_id=other_seller.id, name="Outra", token=Secret(bot.token), engine="none", actor=Actor("member", "1"))
    instance = instance_facts(other_seller.id, theirs)
    for custom_id in (f"cart:{order_id}:pay", f"see:{order_id}", f"order:{order_id}:cancel", f"buy:{shop.product_id}"):
        payload = _press(shop, custom_id) | {"application_id": bot.id}
        reply = pipeline.answer_interaction(payload, instance=instance, transport="http")
        assert "não é seu" in words_of(reply["data"])
    assert order_facts(shop.seller.id, order_id).word == "draft"


def test_without_a_database_people_get_words(application: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now, body = str(int(time.time())), b'{"type":2,"locale":"pt-BR"}'
    post(application, body, now, sign(body, now))

    def away(*_: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(http_door, "instance_of_application", away)
    answer = post(application, body, now, sign(body, now))
    assert answer.status_code == 200
    assert "manutenção" in words_of(answer.json()["data"])
    assert post(application, body, now, sign(b"other", now)).status_code == 401


def test_whatever_breaks_is_told_in_words(shop: ShopInTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from astra.core.journey.instances.queries import instance_facts

    def broken(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(pipeline.PRESSES, ("buy", ""), broken)
    payload = _press(shop, f"buy:{shop.product_id}")
    instance = instance_facts(shop.seller.id, shop.instance_id)
    reply = pipeline.answer_interaction(payload, instance=instance, transport="http")
    assert "Algo quebrou do nosso lado" in words_of(reply["data"])
    assert payload["id"] in words_of(reply["data"])


def test_a_relay_needs_a_session(shop: ShopInTest) -> None:
    body = json.dumps(_press(shop, f"buy:{shop.product_id}"))
    assert Client().post("/runtime/interactions", body, content_type="application/json").status_code == 401
    assert Client().post("/runtime/interactions/1/closure", "{}", content_type="application/json").status_code == 401
    with acting_for(shop.seller.id):
        assert not Conversation.objects.exists()


def test_what_the_relay_answered_itself_is_drawn_over(shop: ShopInTest, queue: QueueInTest) -> None:
    """The relay gave up waiting and spoke; its message becomes what the core meant to show."""
    from astra.core.journey.instances.queries import instance_facts

    queue.forget()
    kept: dict[str, Any] = {}
    instance = instance_facts(shop.seller.id, shop.instance_id)

    def late(payload: dict[str, Any], **_: Any) -> dict[str, Any]:
        kept.update(payload)
        return {"type": 4, "data": {"content": "Não conseguimos concluir isto a tempo.", "flags": 64}}

    original = http_door.answer_interaction
    http_door.answer_interaction = late  # type: ignore[assignment]
    try:
        spoken = shop.press(shop.post_card(), f"buy:{shop.product_id}")
    finally:
        http_door.answer_interaction = original
    pipeline.answer_interaction(kept, instance=instance, transport="relay")
    assert pipeline.close_interaction(instance=instance, interaction_id=kept["id"])
    queue.run()
    assert "Seu carrinho" in words_of(shop.now(spoken["message"]))
    assert "a tempo" not in words_of(shop.now(spoken["message"]))


@pytest.mark.parametrize(("now", "is_fresh"), [(1_000_299, True), (1_000_301, False), (999_701, True), (999_699, False)])
def test_skew_is_weighed_against_the_hosts_clock(now: int, is_fresh: bool) -> None:
    body, then = b"x", "1000000"
    assert is_signed(verify_key=VERIFY_KEY, signature=sign(body, then), timestamp=then, body=body, now=now) is is_fresh


def _press(shop: ShopInTest, custom_id: str) -> dict[str, Any]:
    return {
        "type": 3,
        "id": str(time.time_ns()),
        "token": "forged",
        "application_id": shop.bot.id,
        "guild_id": shop.guild.id,
        "channel_id": shop.guild.channel_id,
        "locale": "pt-BR",
        "member": {"user": {"id": shop.buyer_id, "username": "bento"}},
        "message": {"id": "1", "flags": 64},
        "data": {"component_type": 2, "custom_id": custom_id},
    }


@pytest.mark.parametrize("body", [b"[" * 100_000, b"x" * 600_000])
def test_monstrous_bodies_are_refused_at_the_relays_door_too(shop: ShopInTest, body: bytes) -> None:
    from astra.core.journey.instances.tests.cast import open_bot

    bot = open_bot(shop.seller.id, shop.instance_id)
    answer = Client().generic(
        "POST", "/runtime/interactions", body, content_type="application/json", headers=bot.headers("POST", "/runtime/interactions", body)
    )
    assert answer.status_code in (400, 413)
