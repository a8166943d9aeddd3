"""REST as a bot asks it: messages, people, places, permissions, errors, limits."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from .town import V2, Json, Town, button, card, multipart, row


async def test_answers_name_exactly_json_and_the_limits(town: Town) -> None:
    async with town.client.get("/api/v10/users/@me", headers={"Authorization": f"Bot {town.token}"}) as answer:
        assert answer.headers["Content-Type"] == "application/json"
        assert int(answer.headers["X-RateLimit-Remaining"]) < int(answer.headers["X-RateLimit-Limit"])
        assert answer.headers["X-RateLimit-Bucket"]
        me = await answer.json()
    assert (me["id"], me["bot"]) == (town.bot, True)


async def test_a_dead_token_is_refused_and_noted(town: Town) -> None:
    old = town.token
    fresh = (await town.make(f"/applications/{town.bot}/token"))["token"]
    assert (await town.rest("GET", "/users/@me", token=old)) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await town.rest("GET", "/users/@me", token=fresh))[0] == 200
    assert (await town.rest("GET", "/users/@me", token="made.up.token"))[0] == 401
    _, noted = await town.send("GET", f"/_sandbox/requests?application_id={town.bot}&limit=2")
    assert [(entry["method"], entry["path"], entry["status"]) for entry in noted] == [
        ("GET", "/api/v10/users/@me", 401),
        ("GET", "/api/v10/users/@me", 200),
    ]


async def test_people_and_places(town: Town) -> None:
    assert [guild["name"] for guild in await town.ok("GET", "/users/@me/guilds")] == ["Lampião"]
    guild = await town.ok("GET", f"/guilds/{town.guild}")
    assert guild["roles"][0]["name"] == "@everyone"
    assert [c["name"] for c in await town.ok("GET", f"/guilds/{town.guild}/channels")] == ["geral"]
    member = await town.ok("GET", f"/guilds/{town.guild}/members/{town.bot}")
    roles = {entry["id"]: entry for entry in await town.ok("GET", f"/guilds/{town.guild}/roles")}
    assert roles[member["roles"][0]]["tags"] == {"bot_id": town.bot}
    assert (await town.ok("GET", f"/channels/{town.channel}"))["guild_id"] == town.guild
    gateway = await town.ok("GET", "/gateway/bot")
    assert gateway["url"] == town.world.gateway_url
    assert gateway["session_start_limit"]["remaining"] == 1000
    other = await town.make("/guilds", name="Alheia", owner_id=town.buyer)
    for path, code in (
        (f"/guilds/{other['id']}", 10004),
        (f"/channels/{other['channels'][0]['id']}", 50001),
        ("/channels/123456789012345678", 10003),
        (f"/guilds/{town.guild}/members/123456789012345678", 10013),
        (f"/users/{'9' * 18}", 10013),
        ("/nowhere", 0),
    ):
        assert (await town.rest("GET", path))[1]["code"] == code, path


async def test_channels_are_made_changed_and_deleted(town: Town) -> None:
    status, made = await town.rest("POST", f"/guilds/{town.guild}/channels", {"name": "Minha Loja", "type": 0})
    assert (status, made["name"]) == (201, "minha-loja")
    path = f"/channels/{made['id']}"
    assert (await town.ok("PATCH", path, {"name": "loja", "topic": "Compre"}))["topic"] == "Compre"
    await town.ok("POST", f"{path}/messages", {"content": "oi"})
    await town.ok("POST", f"{path}/typing")
    await town.ok("DELETE", path)
    assert (await town.rest("GET", path))[1]["code"] == 10003
    assert (await town.rest("POST", f"/guilds/{town.guild}/channels", {"name": ""}))[1]["code"] == 50035
    await town.make(f"/guilds/{town.guild}/bots", application_id=town.bot, permissions="0")
    assert (await town.rest("POST", f"/guilds/{town.guild}/channels", {"name": "x"}))[1]["code"] == 50013


async def test_roles_are_handed_out_below_the_bots_own(town: Town) -> None:
    role = await town.ok("POST", f"/guilds/{town.guild}/roles", {"name": "VIP"})
    path = f"/guilds/{town.guild}/members/{town.buyer}"
    await town.ok("PUT", f"{path}/roles/{role['id']}")
    assert (await town.ok("GET", path))["roles"] == [role["id"]]
    await town.ok("DELETE", f"{path}/roles/{role['id']}")
    assert (await town.ok("GET", path))["roles"] == []
    own = (await town.ok("GET", f"/guilds/{town.guild}/members/@me"))["roles"][0]
    assert (await town.rest("PUT", f"{path}/roles/{own}"))[1]["code"] == 50013


async def test_a_message_lives_and_dies(town: Town) -> None:
    first = await town.say(content="um", embeds=[{"title": "Título", "fields": [{"name": "a", "value": "b"}]}])
    assert first["embeds"][0]["type"] == "rich"
    second = await town.say(content="dois", message_reference={"message_id": first["id"]}, nonce=7)
    assert (second["type"], second["message_reference"]["message_id"], second["nonce"]) == (19, first["id"], 7)
    path = f"/channels/{town.channel}/messages"
    assert [m["content"] for m in await town.ok("GET", path)] == ["dois", "um"]
    assert [m["content"] for m in await town.ok("GET", f"{path}?after={first['id']}")] == ["dois"]
    assert [m["content"] for m in await town.ok("GET", f"{path}?before={second['id']}&limit=1")] == ["um"]
    changed = await town.ok("PATCH", f"{path}/{first['id']}", {"content": "um!", "embeds": []})
    assert (changed["content"], changed["embeds"], changed["edited_timestamp"] is None) == ("um!", [], False)
    assert "nonce" not in await town.ok("GET", f"{path}/{second['id']}")
    _, said = await town.send("POST", f"/_sandbox/as/{town.buyer}/channels/{town.channel}/messages", {"content": "oi"})
    assert (await town.rest("PATCH", f"{path}/{said['id']}", {"content": "x"}))[1]["code"] == 50005
    await town.ok("DELETE", f"{path}/{said['id']}")  # a bot with Manage Messages may
    await town.ok("DELETE", f"{path}/{first['id']}")
    assert (await town.rest("GET", f"{path}/{first['id']}"))[1]["code"] == 10008


async def test_a_nonce_finds_the_earlier_message_for_some_minutes(town: Town) -> None:
    body = {"content": "Sua chave", "nonce": "delivery-1", "enforce_nonce": True}
    first = await town.say(**body)
    again = await town.say(**{**body, "content": "other words"})
    assert (again["id"], again["content"], again["nonce"]) == (first["id"], "Sua chave", "delivery-1")
    assert (await town.say(**{**body, "enforce_nonce": False}))["id"] != first["id"]
    assert (await town.say(**{**body, "nonce": "delivery-2"}))["id"] != first["id"]
    await town.make("/clock", offset_seconds=170)
    assert (await town.say(**body))["id"] == first["id"]
    await town.make("/clock", offset_seconds=200)
    late = await town.say(**body)
    assert late["id"] != first["id"]
    await town.ok("DELETE", f"/channels/{town.channel}/messages/{late['id']}")
    assert (await town.rest("POST", f"/channels/{town.channel}/messages", body))[1]["code"] == 10008
    long = {**body, "nonce": "x" * 26}
    assert (await town.rest("POST", f"/channels/{town.channel}/messages", long))[1]["errors"]["nonce"]


async def test_files_come_with_a_message(town: Town) -> None:
    body = multipart({"content": "arquivo", "attachments": [{"id": "0", "description": "d"}]}, ("a b.txt", b"oi"))
    sent = await town.ok("POST", f"/channels/{town.channel}/messages", body)
    (attachment,) = sent["attachments"]
    assert (attachment["filename"], attachment["size"], attachment["description"]) == ("a_b.txt", 2, "d")
    assert attachment["url"].startswith(town.world.base_url + "/attachments/")
    kept = await town.ok("PATCH", f"/channels/{town.channel}/messages/{sent['id']}", {"content": "outro"})
    assert kept["attachments"] == sent["attachments"]
    gone = await town.ok("PATCH", f"/channels/{town.channel}/messages/{sent['id']}", {"attachments": []})
    assert gone["attachments"] == []
    for size in (10 * 1024 * 1024 + 1, 27 * 1024 * 1024):  # one file too large, and a whole request
        big = multipart({}, ("big.bin", b"x" * size))
        status, answer = await town.rest("POST", f"/channels/{town.channel}/messages", big)
        assert (status, answer["code"]) == (413, 40005)


async def test_a_picture_in_an_embed(town: Town) -> None:
    body = {"embeds": [{"title": "QR", "image": {"url": "attachment://qr.png"}}]}
    sent = await town.ok("POST", f"/channels/{town.channel}/messages", multipart(body, ("qr.png", b"GIF89a\x02\x00\x03\x00")))
    image = sent["embeds"][0]["image"]
    assert (image["width"], image["height"], image["url"]) == (2, 3, sent["attachments"][0]["url"])


async def test_closed_doors_of_direct_messages(town: Town) -> None:
    direct = await town.ok("POST", "/users/@me/channels", {"recipient_id": town.buyer})
    assert (await town.ok("POST", "/users/@me/channels", {"recipient_id": town.buyer}))["id"] == direct["id"]
    path = f"/channels/{direct['id']}/messages"
    await town.ok("POST", path, {"content": "oi"})
    await town.send("PATCH", f"/_sandbox/users/{town.buyer}", {"dms_open": False})
    assert (await town.rest("POST", path, {"content": "oi"}))[1]["code"] == 50007
    await town.send("PATCH", f"/_sandbox/users/{town.buyer}", {"dms_open": True})
    await town.ok("POST", path, {"content": "oi"})
    await town.send("DELETE", f"/_sandbox/guilds/{town.guild}/members/{town.buyer}")
    assert (await town.rest("POST", path, {"content": "oi"}))[1]["code"] == 50278
    assert (await town.rest("POST", "/users/@me/channels", {"recipient_id": town.bot}))[1]["code"] == 50035


async def test_permissions_come_from_roles_and_overwrites(town: Town) -> None:
    role = (await town.ok("GET", f"/guilds/{town.guild}/members/@me"))["roles"][0]
    path = f"/channels/{town.channel}/messages"
    overwrite = f"/_sandbox/channels/{town.channel}/permissions/{role}"
    for deny, code in ((1 << 11, 50013), (1 << 10, 50001)):
        await town.send("PUT", overwrite, {"deny": deny})
        status, answer = await town.rest("POST", path, {"content": "oi"})
        assert (status, answer["code"]) == (403, code)
    await town.send("PUT", overwrite, {})
    await town.say(content="oi")
    await town.send("DELETE", f"/_sandbox/guilds/{town.guild}/bots/{town.bot}")
    assert (await town.rest("POST", path, {"content": "oi"}))[1]["code"] == 50001
    assert (await town.rest("GET", f"/guilds/{town.guild}"))[1]["code"] == 10004


BAD: list[tuple[Json, tuple[str, ...], str]] = [
    ({"content": "x" * 2001}, ("content",), "BASE_TYPE_MAX_LENGTH"),
    ({"components": [row(*[button(str(n)) for n in range(6)])]}, ("components", "0", "components"), "BASE_TYPE_BAD_LENGTH"),
    ({"components": [row(button("x" * 101))]}, ("components", "0", "components", "0", "custom_id"), "BASE_TYPE_BAD_LENGTH"),
    ({"components": [row(button("a"), button("a"))]}, ("components", "0", "components", "1", "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ({"components": [row(button("a", label="x" * 81))]}, ("components", "0", "components", "0", "label"), "BASE_TYPE_MAX_LENGTH"),
    ({"components": [row({"type": 2, "style": 5, "label": "a", "url": "javascript:1"})]}, ("components", "0", "components", "0", "url"), "URL_TYPE_INVALID_SCHEME"),
    ({"components": [row({"type": 2, "style": 1, "label": "a"})]}, ("components", "0", "components", "0", "custom_id"), "BASE_TYPE_REQUIRED"),
    ({"components": [button("loose")]}, ("components", "0", "type"), "BASE_TYPE_CHOICES"),
    ({"components": [{"type": 10, "content": "needs the flag"}]}, ("components", "0", "type"), "BASE_TYPE_CHOICES"),
    ({"flags": V2, "components": [{"type": 99}]}, ("components", "0", "type"), "BASE_TYPE_CHOICES"),
    ({"flags": V2, "content": "x", "components": [{"type": 10, "content": "y"}]}, ("content",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ({"flags": V2, "embeds": [{"title": "x"}], "components": [{"type": 10, "content": "y"}]}, ("embeds",), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    ({"flags": V2, "components": [{"type": 17, "components": [{"type": 10, "content": "y"}] * 40}]}, ("components",), "BASE_TYPE_MAX_LENGTH"),
    ({"flags": V2, "components": [{"type": 10, "content": "y" * 2001}, {"type": 10, "content": "y" * 2000}]}, ("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    ({"flags": V2, "components": [{"type": 17, "components": [{"type": 17, "components": []}]}]}, ("components", "0", "components", "0", "type"), "BASE_TYPE_CHOICES"),
    ({"flags": V2, "components": [{"type": 9, "components": [{"type": 10, "content": "y"}]}]}, ("components", "0", "accessory"), "BASE_TYPE_REQUIRED"),
    ({"components": [row({"type": 3, "custom_id": "s", "options": []})]}, ("components", "0", "components", "0", "options"), "BASE_TYPE_BAD_LENGTH"),
    ({"content": "x", "allowed_mentions": {"parse": ["nobody"]}}, ("allowed_mentions", "parse", "0"), "BASE_TYPE_CHOICES"),
    ({"embeds": [{"title": "x" * 257}]}, ("embeds", "0", "title"), "BASE_TYPE_MAX_LENGTH"),
    ({"embeds": [{"description": "x" * 4000}, {"description": "x" * 4000}]}, ("embeds",), "MAX_EMBED_SIZE_EXCEEDED"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "path", "code"), BAD)
async def test_what_discord_does_not_take(town: Town, body: Json, path: tuple[str, ...], code: str) -> None:
    status, answer = await town.rest("POST", f"/channels/{town.channel}/messages", body)
    assert (status, answer["code"], answer["message"]) == (400, 50035, "Invalid Form Body")
    node: Any = answer["errors"]
    for part in path:
        node = node[part]
    assert node["_errors"][0]["code"] == code
    assert await town.look() == []


async def test_other_bad_bodies(town: Town) -> None:
    path = f"/channels/{town.channel}/messages"
    for empty in ({}, {"content": " \n "}):
        assert (await town.rest("POST", path, empty))[1]["code"] == 50006
    assert (await town.rest("POST", path, []))[1]["code"] == 50035
    headers = {"Authorization": f"Bot {town.token}", "Content-Type": "application/json"}
    async with town.client.post("/api/v10" + path, data=b"{", headers=headers) as answer:
        assert (await answer.json())["code"] == 50109
    full = {"type": 17, "components": [{"type": 10, "content": "y"}] * 39}
    assert (await town.rest("POST", path, {"flags": V2, "components": [full]}))[0] == 200


async def test_a_v2_message_stays_one(town: Town) -> None:
    sent = await town.say(**card(button("a")))
    path = f"/channels/{town.channel}/messages/{sent['id']}"
    assert (await town.rest("PATCH", path, {"content": "x"}))[1]["code"] == 50035
    changed = await town.ok("PATCH", path, {**card(button("b"), text="Esgotado"), "flags": 0})
    assert changed["flags"] == V2
    plain = await town.say(content="x")
    turned = {**card(button("a")), "content": None}
    assert (await town.ok("PATCH", f"/channels/{town.channel}/messages/{plain['id']}", turned))["flags"] == V2


async def test_mentions_follow_what_is_allowed(town: Town) -> None:
    text = f"<@{town.buyer}> @everyone"
    loud = await town.say(content=text)
    assert ([user["id"] for user in loud["mentions"]], loud["mention_everyone"]) == ([town.buyer], True)
    quiet = await town.say(content=text, allowed_mentions={"parse": []})
    assert (quiet["mentions"], quiet["mention_everyone"]) == ([], False)
    named = await town.say(content=text, allowed_mentions={"parse": [], "users": [town.buyer]})
    assert ([user["id"] for user in named["mentions"]], named["mention_everyone"]) == ([town.buyer], False)


async def test_commands_are_kept_by_name(town: Town) -> None:
    path = f"/applications/{town.bot}/commands"
    buy = {"name": "comprar", "description": "Compra"}
    status, made = await town.rest("POST", path, buy)
    assert status == 201
    status, again = await town.rest("POST", path, {**buy, "description": "Compra já"})
    assert (status, again["id"], again["description"]) == (200, made["id"], "Compra já")
    replaced = await town.ok("PUT", path, [buy, {"name": "compras", "description": "Suas compras"}])
    assert replaced[0]["id"] == made["id"]
    local = await town.ok("PUT", f"/applications/{town.bot}/guilds/{town.guild}/commands", [buy])
    assert local[0]["guild_id"] == town.guild
    assert len(await town.ok("GET", path)) == 2
    text = {"type": 3, "name": "um", "description": "x"}
    for second, place in (({**text, "name": "dois", "required": True}, "1"), (text, "1")):
        status, answer = await town.rest("POST", path, {"name": "duas", "description": "x", "options": [text, second]})
        assert (status, set(answer["errors"]["options"])) == (400, {place})
    status, answer = await town.rest("PUT", path, [{"name": "Com Espaço", "description": ""}])
    assert (status, set(answer["errors"]["0"])) == (400, {"name", "description"})
    await town.ok("DELETE", f"{path}/{made['id']}")
    assert (await town.rest("GET", f"{path}/{made['id']}"))[1]["code"] == 10063
    assert (await town.rest("GET", "/applications/123456789012345678/commands"))[0] == 403


async def test_fifty_requests_a_second(town: Town) -> None:
    answers = await asyncio.gather(*(town.rest("GET", "/users/@me") for _ in range(60)))
    refused = [body for status, body in answers if status == 429]
    assert len(refused) == 10
    assert refused[0]["global"] is True
    assert 0 < refused[0]["retry_after"] <= 1
    await asyncio.sleep(refused[0]["retry_after"] + 0.3)
    assert (await town.rest("GET", "/users/@me"))[0] == 200
