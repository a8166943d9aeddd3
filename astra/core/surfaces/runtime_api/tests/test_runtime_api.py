"""The runtime API by HTTP: what a bot may ask, and what everybody else gets."""

import json
import uuid

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from astra.core.foundation.audit import Actor
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.actions.set_presence import set_presence
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.tests.cast import CANARY, BotInTest, change, make_instance, make_ticket, open_bot, public_key, row
from astra.protocol import messages, paths
from astra.protocol.signing import encode, opening_text

MEMBER = Actor("member", "1")
ONLINE = {"state": "online", "reason": ""}
SIGNED = [paths.RENEWALS, paths.HEARTBEATS, paths.GUILD_EVENTS]


@pytest.fixture
def web() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def bot(seller) -> BotInTest:
    return open_bot(seller.id, make_instance(seller.id, seen_state="starting", name="Loja da Lara"))


def ask_for_session(web, ticket, key=None):
    key = key or Ed25519PrivateKey.generate()
    public = public_key(key)
    body = {"ticket": ticket, "public_key": public, "signature": encode(key.sign(opening_text(ticket=ticket, public_key=public)))}
    return web.post(paths.SESSIONS, body, content_type="application/json")


def test_a_ticket_becomes_a_session_with_everything_a_bot_needs(web, seller, settings):
    instance_id = make_instance(seller.id, application_id="310000000000000009")
    ticket = make_ticket(seller.id, instance_id)
    answer = ask_for_session(web, ticket)
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    told = messages.SessionAnswer.read(answer.json())
    assert (told.bot_token, told.application_id, told.transport) == (CANARY, "310000000000000009", "relay")
    assert (told.api_url, told.gateway_url) == (settings.ASTRA_DISCORD_API, settings.ASTRA_DISCORD_GATEWAY)
    assert told.expires - told.now == 15 * 60 * 1_000_000
    again = ask_for_session(web, ticket)
    assert (again.status_code, again.json()) == (401, {"error": "ticket"})


def test_a_heartbeat_brings_the_bot_online_and_tells_what_is_wanted(web, seller, bot):
    answer = bot.post(web, paths.HEARTBEATS, ONLINE)
    assert answer.status_code == 200
    told = messages.HeartbeatAnswer.read(answer.json())
    assert (told.wanted_state, told.presence_text) == ("running", "Loja da Lara")
    seen = row(seller.id, bot.opened.instance_id)
    assert seen.seen_state == "online"
    assert seen.last_heartbeat_at is not None
    set_presence(seller_id=seller.id, instance_id=bot.opened.instance_id, text=" Aberto  24h ", actor=MEMBER)
    assert bot.post(web, paths.HEARTBEATS, ONLINE).json()["presence_text"] == "Aberto 24h"
    stop_instance(seller_id=seller.id, instance_id=bot.opened.instance_id, actor=MEMBER)
    assert bot.post(web, paths.HEARTBEATS, ONLINE).json()["wanted_state"] == "stopped"


@pytest.mark.parametrize(("seen", "told", "state", "reason"), [
    ("starting", {"state": "connecting", "reason": ""}, "starting", ""),
    ("online", {"state": "lost", "reason": ""}, "degraded", "gateway_lost"),
    ("degraded", ONLINE, "online", ""),
    ("online", {"state": "ending", "reason": "token_invalid"}, "errored", "token_invalid"),
    ("online", {"state": "ending", "reason": "told_to_stop"}, "online", ""),
    ("online", {"state": "ending", "reason": "made_up"}, "online", ""),
    ("errored", ONLINE, "errored", ""),
    ("quarantined", ONLINE, "quarantined", ""),
])  # fmt: skip
def test_what_a_bot_says_moves_only_what_the_table_allows(web, seller, seen, told, state, reason):
    bot = open_bot(seller.id, make_instance(seller.id, seen_state=seen))
    assert bot.post(web, paths.HEARTBEATS, told).status_code == 200
    after = row(seller.id, bot.opened.instance_id)
    assert (after.seen_state, after.reason) == (state, reason)


def test_servers_come_and_go(web, seller, bot):
    def tell(kind, guild_id, name="Servidor"):
        assert bot.post(web, paths.GUILD_EVENTS, {"kind": kind, "guild_id": guild_id, "guild_name": name}).status_code == 200
        after = row(seller.id, bot.opened.instance_id)
        return after.guild_id, after.guild_name

    assert tell("joined", "10") == ("10", "Servidor")
    assert tell("present", "11", "Outro") == ("10", "Servidor")
    assert tell("present", "10", "Novo nome") == ("10", "Novo nome")
    assert tell("left", "11") == ("10", "Novo nome")
    assert tell("changed", "10", "Mais novo") == ("10", "Novo nome")
    assert tell("left", "10") == ("", "Novo nome")  # the name stays: people are told where the bot is missing


def test_renewal(web, bot):
    told = messages.RenewalAnswer.read(bot.post(web, paths.RENEWALS, {}).json())
    assert told.expires - told.now == 15 * 60 * 1_000_000


@pytest.mark.parametrize("path", SIGNED)
def test_nothing_without_a_signature(web, bot, path):
    body = json.dumps(ONLINE).encode()
    bare = web.post(path, body, content_type="application/json")
    assert (bare.status_code, bare.json()) == (401, {"error": "unknown"})
    forged = BotInTest(bot.opened, Ed25519PrivateKey.generate()).post(web, path, body)
    assert (forged.status_code, forged.json()) == (401, {"error": "signature"})
    for changed in ({"path": "/runtime/other"}, {"method": "PUT"}, {"body": b"{}x"}, {"session_id": str(uuid.uuid4())}):
        assert bot.post(web, path, body, **changed).status_code == 401
    headers = bot.headers("POST", path, body)
    first = web.post(path, body, content_type="application/json", headers=headers)
    again = web.post(path, body, content_type="application/json", headers=headers)
    assert first.status_code in (200, 400)
    assert (again.status_code, again.json()) == (401, {"error": "replayed"})


@pytest.mark.parametrize("path", SIGNED)
def test_an_older_copy_is_told_that_it_is_superseded(web, seller, bot, path):
    restart_instance(seller_id=seller.id, instance_id=bot.opened.instance_id, actor=MEMBER)
    answer = bot.post(web, path, ONLINE)
    assert (answer.status_code, answer.json()) == (409, {"error": "superseded"})
    assert row(seller.id, bot.opened.instance_id).last_heartbeat_at is None


def test_a_bot_speaks_for_itself_only(web, seller, other_seller, bot):
    """Whatever a body names, the instance is the credential's (G14)."""
    theirs = make_instance(other_seller.id, seen_state="starting")
    body = {**ONLINE, "seller_id": str(other_seller.id), "instance_id": str(theirs), "generation": 0}
    assert bot.post(web, paths.HEARTBEATS, body).status_code == 200
    assert row(other_seller.id, theirs).seen_state == "starting"
    assert row(seller.id, bot.opened.instance_id).seen_state == "online"


@pytest.mark.parametrize("body", [
    b"", b"{", b"[]", b"null", b"7", b"[" * 5000, b"\xff", b'{"state":"online"}', b'{"state":1,"reason":""}',
    b'{"state":"dancing","reason":""}', b'{"state":"online","reason":"\\u0000"}', b'{"state":"online","reason":"\\ud800"}',
    b'{"state":"online","reason":"' + b"x" * 60 + b'"}',
])  # fmt: skip
def test_bad_messages_are_said_to_be_bad(web, bot, body):
    answer = bot.post(web, paths.HEARTBEATS, body)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_message")


@pytest.mark.parametrize("body", [b"{}", b"\xff", b'{"ticket":"\\ud800","public_key":"x","signature":"y"}'])
def test_bad_openings_are_said_to_be_bad(db, web, body):
    assert web.post(paths.SESSIONS, body, content_type="application/json").status_code == 400


def test_only_post_and_only_small(db, web, bot):
    assert web.get(paths.HEARTBEATS).status_code == 405
    assert bot.post(web, paths.HEARTBEATS, b"x" * 20_000).status_code == 413
    assert web.get(paths.HEALTH).json() == {"ok": True}


def test_a_refused_session_changes_nothing(web, seller, bot):
    change(seller.id, bot.opened.instance_id, seen_state="degraded")
    BotInTest(bot.opened, Ed25519PrivateKey.generate()).post(web, paths.HEARTBEATS, ONLINE)
    assert row(seller.id, bot.opened.instance_id).seen_state == "degraded"


def test_a_captured_bot_reaches_nothing_but_itself(web, seller, other_seller):
    """Everything that the holder of one session can send, in every mixture with what he knows of others: no success (G14, G18)."""
    mine = open_bot(seller.id, make_instance(seller.id, seen_state="starting"))
    old = open_bot(seller.id, make_instance(seller.id, seen_state="starting"))
    restart_instance(seller_id=seller.id, instance_id=old.opened.instance_id, actor=MEMBER)
    theirs = open_bot(other_seller.id, make_instance(other_seller.id, seen_state="starting"))
    bodies = [
        {**ONLINE, "seller_id": str(other_seller.id), "instance_id": str(theirs.opened.instance_id)},
        {"kind": "joined", "guild_id": "66", "guild_name": "x", "instance_id": str(theirs.opened.instance_id)},
        {"state": "ending", "reason": "token_invalid", "session_id": str(theirs.opened.session_id)},
    ]
    ids = {
        "session": str(theirs.opened.session_id),
        "instance": str(theirs.opened.instance_id),
        "seller": str(other_seller.id),
        "old": str(old.opened.session_id),
        "nobody": str(uuid.uuid4()),
    }
    tried = won = 0
    for path in [*SIGNED, "/runtime/interactions", "/runtime/interactions/1/closure"]:
        for body in bodies:
            raw = json.dumps(body).encode()
            honest = mine.headers("POST", path, raw)
            attempts = [
                *(mine.headers("POST", path, raw, session_id=name) for name in ids.values()),
                *({**honest, "Astra-Session": name} for name in ids.values()),
                {**honest, "Astra-Session": ids["session"], "Astra-Seller": str(other_seller.id)},
                {**theirs.headers("POST", path, raw), "Astra-Signature": honest["Astra-Signature"]},
                {**honest, "Astra-Stamp": str(int(honest["Astra-Stamp"]) + 1)},
                old.headers("POST", path, raw),
            ]
            for headers in attempts:
                tried += 1
                won += web.post(path, raw, content_type="application/json", headers=headers).status_code < 400
    assert (tried, won) == (210, 0)
    for seller_id, instance_id in ((other_seller.id, theirs.opened.instance_id), (seller.id, old.opened.instance_id)):
        after = row(seller_id, instance_id)
        assert (after.last_heartbeat_at, after.guild_id) == (None, "")
        assert after.seen_state in ("starting", "configured")
