"""REST around messages: threads, reactions, pins, webhooks, channels, roles, members, invites."""

from __future__ import annotations

import asyncio

import pytest

from astra.sandbox.discord.rest import threads

from .town import Json, Town, button, multipart, row

ADMINISTRATOR = "8"
THUMB = "%F0%9F%91%8D"


@pytest.fixture
def admin(town: Town) -> Town:
    """The town, where the bot may everything that its role's place allows."""
    town.world.people.invite_bot(town.world.guild(town.guild), town.world.application(town.bot), int(ADMINISTRATOR))
    return town


async def code(town: Town, method: str, path: str, body: object = None) -> int:
    """The code of a refusal."""
    status, answer = await town.rest(method, path, body)
    assert status >= 400, answer
    number: int = answer["code"]
    return number


async def test_a_thread_begins_at_a_message_once(admin: Town) -> None:
    town = admin
    message = await town.say(content="Pedido 7")
    path = f"/channels/{town.channel}/messages/{message['id']}"
    made = await town.ok("POST", f"{path}/threads", {"name": "Pedido 7", "auto_archive_duration": 60})
    assert (made["id"], made["type"], made["parent_id"], made["owner_id"]) == (message["id"], 11, town.channel, town.bot)
    assert await code(town, "POST", f"{path}/threads", {"name": "Outra"}) == 160004
    assert (await town.ok("GET", path))["thread"]["id"] == made["id"]
    await town.ok("POST", f"/channels/{made['id']}/messages", {"content": "Olá"})
    assert (await town.ok("GET", f"/channels/{made['id']}"))["message_count"] == 1
    active = await town.ok("GET", f"/guilds/{town.guild}/threads/active")
    assert ([row["id"] for row in active["threads"]], active["members"][0]["user_id"]) == ([made["id"]], town.bot)
    assert town.channel in [row["id"] for row in await town.ok("GET", f"/guilds/{town.guild}/channels")]
    assert made["id"] not in [row["id"] for row in await town.ok("GET", f"/guilds/{town.guild}/channels")]


async def test_a_private_thread_is_seen_by_its_members(admin: Town) -> None:
    town = admin
    made = await town.ok("POST", f"/channels/{town.channel}/threads", {"name": "Suporte", "type": 12, "invitable": False})
    assert made["thread_metadata"]["invitable"] is False
    look = f"/_sandbox/as/{town.buyer}/channels/{made['id']}/messages"
    assert (await town.send("GET", look))[0] == 403
    await town.ok("PUT", f"/channels/{made['id']}/thread-members/{town.buyer}")
    assert (await town.ok("GET", f"/channels/{made['id']}/thread-members/{town.buyer}"))["user_id"] == town.buyer
    assert (await town.send("GET", look))[0] == 200
    assert (await town.send("POST", look, {"content": "oi"}))[0] == 200
    assert await code(town, "GET", f"/channels/{made['id']}/thread-members") == 50001  # needs the intent of members
    await town.ok("DELETE", f"/channels/{made['id']}/thread-members/{town.buyer}")
    assert await code(town, "GET", f"/channels/{made['id']}/thread-members/{town.buyer}") == 10007
    assert (await town.send("GET", look))[0] == 403


async def test_threads_are_archived_locked_and_listed(admin: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town = admin
    made = await town.ok("POST", f"/channels/{town.channel}/threads", {"name": "Ajuda", "type": 11})
    path = f"/channels/{made['id']}"
    shut = await town.ok("PATCH", path, {"archived": True, "locked": True})
    assert (shut["thread_metadata"]["archived"], shut["thread_metadata"]["locked"]) == (True, True)
    assert await code(town, "PATCH", path, {"name": "x"}) == 50083
    assert await code(town, "PUT", f"{path}/thread-members/@me") == 50083
    listed = await town.ok("GET", f"/channels/{town.channel}/threads/archived/public")
    assert ([row["id"] for row in listed["threads"]], listed["has_more"]) == ([made["id"]], False)
    assert (await town.ok("GET", f"/channels/{town.channel}/threads/archived/private"))["threads"] == []
    assert (await town.ok("GET", f"/channels/{town.channel}/users/@me/threads/archived/private"))["threads"] == []
    await town.ok("POST", f"{path}/messages", {"content": "volta"})  # writing opens it again
    assert (await town.ok("GET", path))["thread_metadata"]["archived"] is False
    await town.ok("DELETE", f"{path}/thread-members/@me")
    await town.ok("PUT", f"{path}/thread-members/@me")
    monkeypatch.setattr(threads, "MOST_ACTIVE", 1)
    assert await code(town, "POST", f"/channels/{town.channel}/threads", {"name": "Mais uma", "type": 11}) == 160006
    await town.ok("DELETE", path)
    assert await code(town, "GET", path) == 10003


async def test_a_forum_has_posts_only(admin: Town) -> None:
    town = admin
    forum = await town.ok("POST", f"/guilds/{town.guild}/channels", {"name": "ajuda", "type": 15})
    assert await code(town, "POST", f"/channels/{forum['id']}/messages", {"content": "x"}) == 50008
    made = await town.ok("POST", f"/channels/{forum['id']}/threads", {"name": "Como pago?", "message": {"content": "PIX"}})
    assert (made["message"]["content"], made["parent_id"]) == ("PIX", forum["id"])
    assert await code(town, "POST", f"/channels/{forum['id']}/threads", {"name": "Sem texto", "message": {}}) == 50006
    assert len((await town.ok("GET", f"/guilds/{town.guild}/threads/active"))["threads"]) == 1


async def test_reactions_are_counted_by_who_gave_them(admin: Town) -> None:
    town = admin
    message = await town.say(content="Gostou?")
    path = f"/channels/{town.channel}/messages/{message['id']}"
    await town.ok("PUT", f"{path}/reactions/{THUMB}/@me")
    await town.ok("PUT", f"{path}/reactions/{THUMB}/@me")
    shown = (await town.ok("GET", path))["reactions"]
    assert [(entry["emoji"]["name"], entry["count"], entry["me"]) for entry in shown] == [("👍", 1, True)]
    assert [user["id"] for user in await town.ok("GET", f"{path}/reactions/{THUMB}")] == [town.bot]
    assert await code(town, "PUT", f"{path}/reactions/word/@me") == 10014
    await town.ok("PUT", f"{path}/reactions/astra:123456789012345678/@me")
    await town.ok("DELETE", f"{path}/reactions/{THUMB}/{town.bot}")
    assert await code(town, "DELETE", f"{path}/reactions/{THUMB}/@me") == 10014
    await town.ok("PUT", f"{path}/reactions/{THUMB}/@me")
    await town.ok("DELETE", f"{path}/reactions/{THUMB}")
    await town.ok("DELETE", f"{path}/reactions")
    assert "reactions" not in await town.ok("GET", path)


async def test_pins(admin: Town) -> None:
    town = admin
    first, second = await town.say(content="um"), await town.say(content="dois")
    path = f"/channels/{town.channel}/messages/pins"
    await town.ok("PUT", f"{path}/{first['id']}")
    await town.ok("PUT", f"/channels/{town.channel}/pins/{second['id']}")
    pins = await town.ok("GET", path)
    assert ([entry["message"]["content"] for entry in pins["items"]], pins["has_more"]) == (["dois", "um"], False)
    assert pins["items"][0]["message"]["pinned"] is True
    assert (await town.ok("GET", f"/channels/{town.channel}"))["last_pin_timestamp"] == pins["items"][0]["pinned_at"]
    await town.ok("DELETE", f"{path}/{first['id']}")
    await town.ok("DELETE", f"/channels/{town.channel}/pins/{second['id']}")
    assert await town.ok("GET", f"/channels/{town.channel}/pins") == []


async def test_a_webhook_writes_under_its_own_name(admin: Town) -> None:
    town = admin
    assert await code(town, "POST", f"/channels/{town.channel}/webhooks", {"name": "discord oficial"}) == 50035
    hook = await town.ok("POST", f"/channels/{town.channel}/webhooks", {"name": "Caixa"})
    path = f"/webhooks/{hook['id']}/{hook['token']}"
    assert await town.ok("POST", path, {"content": "sem espera"}) is None
    body = {"content": "Venda", "username": "Caixa 2", "nonce": "same", "enforce_nonce": True}
    first, second = [await town.ok("POST", f"{path}?wait=true", body) for _ in range(2)]
    assert first["id"] != second["id"]  # a nonce is not honoured here
    assert (first["author"]["username"], first["author"]["id"], first["webhook_id"]) == ("Caixa 2", hook["id"], hook["id"])
    assert (await town.ok("GET", f"{path}/messages/{first['id']}"))["content"] == "Venda"
    assert (await town.ok("PATCH", f"{path}/messages/{first['id']}", {"content": "Venda!"}))["content"] == "Venda!"
    await town.ok("DELETE", f"{path}/messages/{first['id']}")
    assert await code(town, "GET", f"{path}/messages/{first['id']}") == 10008
    sent = await town.ok("POST", f"{path}?wait=true", multipart({"content": "nota"}, ("nota.txt", b"1")))
    assert sent["attachments"][0]["filename"] == "nota.txt"
    assert await code(town, "POST", f"/webhooks/{hook['id']}/wrong", {"content": "x"}) == 50027
    assert await code(town, "POST", f"/webhooks/{'9' * 18}/wrong", {"content": "x"}) == 10015
    thread = await town.ok("POST", f"/channels/{town.channel}/threads", {"name": "Vendas", "type": 11})
    inside = await town.ok("POST", f"{path}?wait=true&thread_id={thread['id']}", {"content": "lá dentro"})
    assert inside["channel_id"] == thread["id"]
    assert (await town.ok("PATCH", f"/webhooks/{hook['id']}", {"name": "Caixa Central"}))["name"] == "Caixa Central"
    assert "user" not in await town.ok("GET", path)
    assert [row["id"] for row in await town.ok("GET", f"/channels/{town.channel}/webhooks")] == [hook["id"]]
    assert [row["id"] for row in await town.ok("GET", f"/guilds/{town.guild}/webhooks")] == [hook["id"]]
    await town.ok("DELETE", path)
    assert await code(town, "GET", f"/webhooks/{hook['id']}") == 10015
    assert [m["author"]["username"] for m in await town.look()][-1] == "Caixa"  # what it wrote stays


async def test_a_button_of_a_webhook_reaches_its_application(admin: Town) -> None:
    town = admin
    hook = await town.ok("POST", f"/channels/{town.channel}/webhooks", {"name": "Caixa"})
    sent = await town.ok("POST", f"/webhooks/{hook['id']}/{hook['token']}?wait=true", {"content": "x", "components": [row(button("go"))]})
    pressed = await town.press(sent, "go")
    assert (pressed["state"], pressed["reason"]) == ("failed", "the bot is not connected and has no interactions endpoint")


async def test_channels_come_with_overwrites_and_a_category(admin: Town) -> None:
    town = admin
    category = await town.ok("POST", f"/guilds/{town.guild}/channels", {"name": "Minha Loja", "type": 4})
    assert category["name"] == "Minha Loja"
    hidden = [{"id": town.guild, "type": 0, "deny": "1024", "allow": "0"}, {"id": town.buyer, "type": 1, "allow": "1024"}]
    body = {"name": "pedido-7", "type": 0, "parent_id": category["id"], "topic": "t", "permission_overwrites": hidden}
    made = await town.ok("POST", f"/guilds/{town.guild}/channels", body)
    assert (made["parent_id"], len(made["permission_overwrites"])) == (category["id"], 2)
    stranger = (await town.make("/users", username="caio"))["id"]
    await town.make(f"/guilds/{town.guild}/members", user_id=stranger)
    look = f"/channels/{made['id']}/messages"
    assert (await town.send("GET", f"/_sandbox/as/{stranger}{look}"))[0] == 403
    assert (await town.send("GET", f"/_sandbox/as/{town.buyer}{look}"))[0] == 200
    await town.ok("PUT", f"/channels/{made['id']}/permissions/{stranger}", {"type": 1, "allow": "1024"})
    assert (await town.send("GET", f"/_sandbox/as/{stranger}{look}"))[0] == 200
    await town.ok("DELETE", f"/channels/{made['id']}/permissions/{stranger}")
    assert await code(town, "DELETE", f"/channels/{made['id']}/permissions/{stranger}") == 10009
    assert await code(town, "POST", f"/guilds/{town.guild}/channels", {"name": "x", "parent_id": town.channel}) == 50035
    await town.ok("PATCH", f"/guilds/{town.guild}/channels", [{"id": made["id"], "position": 0}])
    await town.ok("DELETE", f"/channels/{category['id']}")
    assert (await town.ok("GET", f"/channels/{made['id']}"))["parent_id"] is None


async def test_five_hundred_channels_are_enough(town: Town) -> None:
    guild = town.world.guild(town.guild)
    for number in range(499):
        town.world.people.add_channel(guild, f"c{number}")
    assert await code(town, "POST", f"/guilds/{town.guild}/channels", {"name": "one-more"}) == 30013


async def test_roles_have_an_order_that_bites(admin: Town) -> None:
    town = admin
    low = await town.ok("POST", f"/guilds/{town.guild}/roles", {"name": "VIP", "color": 0xFFAA00, "hoist": True, "permissions": "1024"})
    assert (low["hoist"], low["color"], low["permissions"]) == (True, 0xFFAA00, "1024")
    other = await town.ok("POST", f"/guilds/{town.guild}/roles", {"name": "Ouro"})
    path = f"/guilds/{town.guild}/roles"
    assert (await town.ok("PATCH", f"{path}/{low['id']}", {"name": "Vip!", "mentionable": True}))["mentionable"] is True
    order = {row["id"]: row["position"] for row in await town.ok("GET", path)}
    moved = await town.ok("PATCH", path, [{"id": other["id"], "position": order[low["id"]]}])
    after = {row["id"]: row["position"] for row in moved}
    assert after[other["id"]] > after[low["id"]]
    own = (await town.ok("GET", f"/guilds/{town.guild}/members/{town.bot}"))["roles"][0]
    assert await code(town, "PATCH", f"{path}/{own}", {"name": "King"}) == 50013
    assert await code(town, "PATCH", path, [{"id": other["id"], "position": after[own] + 1}]) == 50013
    town.world.guild(town.guild).roles[low["id"]].position = 99
    assert await code(town, "PUT", f"/guilds/{town.guild}/members/{town.buyer}/roles/{low['id']}") == 50013
    assert await code(town, "DELETE", f"{path}/{low['id']}") == 50013
    await town.ok("PUT", f"/guilds/{town.guild}/members/{town.buyer}/roles/{other['id']}")
    assert (await town.ok("GET", f"{path}/member-counts"))[other["id"]] == 1
    await town.ok("DELETE", f"{path}/{other['id']}")
    assert (await town.ok("GET", f"/guilds/{town.guild}/members/{town.buyer}"))["roles"] == []
    assert await code(town, "GET", f"{path}/{other['id']}") == 10011


async def test_a_bot_gives_no_permission_that_it_does_not_have(town: Town) -> None:
    assert await code(town, "POST", f"/guilds/{town.guild}/roles", {"name": "x", "permissions": ADMINISTRATOR}) == 50013
    assert await code(town, "DELETE", f"/guilds/{town.guild}/members/{town.buyer}") == 50013
    assert await code(town, "PUT", f"/guilds/{town.guild}/bans/{town.buyer}", {}) == 50013
    assert await code(town, "PATCH", f"/guilds/{town.guild}", {"name": "Outra"}) == 50013
    assert await code(town, "POST", f"/channels/{town.channel}/webhooks", {"name": "x"}) == 50013


async def test_members_are_renamed_kicked_and_banned(admin: Town) -> None:
    town = admin
    path = f"/guilds/{town.guild}/members"
    assert (await town.ok("PATCH", f"{path}/{town.buyer}", {"nick": "Bia"}))["nick"] == "Bia"
    assert [row["user"]["id"] for row in await town.ok("GET", f"{path}/search?query=bi&limit=5")] == [town.buyer]
    assert (await town.ok("PATCH", f"{path}/@me", {"nick": "Loja 24h"}))["nick"] == "Loja 24h"
    owner = town.world.guild(town.guild).owner_id
    assert await code(town, "PATCH", f"{path}/{owner}", {"nick": "x"}) == 50013
    assert await code(town, "DELETE", f"{path}/{owner}") == 50013
    await town.ok("DELETE", f"{path}/{town.buyer}")
    assert await code(town, "GET", f"{path}/{town.buyer}") == 10007
    await town.make(f"/guilds/{town.guild}/members", user_id=town.buyer)
    ban = f"/guilds/{town.guild}/bans/{town.buyer}"
    await town.ok("PUT", ban, {"delete_message_seconds": 3600})
    assert (await town.ok("GET", ban))["user"]["id"] == town.buyer
    status, answer = await town.send("POST", f"/_sandbox/guilds/{town.guild}/members", {"user_id": town.buyer})
    assert (status, answer["code"]) == (403, 40007)
    assert len(await town.ok("GET", f"/guilds/{town.guild}/bans")) == 1
    await town.ok("DELETE", ban)
    assert await code(town, "DELETE", ban) == 10026
    await town.make(f"/guilds/{town.guild}/members", user_id=town.buyer)


async def test_a_guild_is_changed_and_its_small_lists_are_there(admin: Town) -> None:
    town = admin
    assert (await town.ok("PATCH", f"/guilds/{town.guild}", {"name": "Lampião Games"}))["name"] == "Lampião Games"
    for name in ("emojis", "stickers", "integrations"):
        assert await town.ok("GET", f"/guilds/{town.guild}/{name}") == []
    assert (await town.ok("GET", f"/guilds/{town.guild}/preview"))["approximate_member_count"] == 3
    assert (await town.ok("GET", "/voice/regions"))[0]["id"] == (await town.ok("GET", f"/guilds/{town.guild}/regions"))[0]["id"]


async def test_invites(admin: Town) -> None:
    town = admin
    made = await town.ok("POST", f"/channels/{town.channel}/invites", {"max_age": 60})
    assert (await town.ok("POST", f"/channels/{town.channel}/invites", {"max_age": 60}))["code"] == made["code"]
    assert (await town.ok("POST", f"/channels/{town.channel}/invites", {"max_age": 60, "unique": True}))["code"] != made["code"]
    assert (await town.ok("GET", f"/invites/{made['code']}"))["guild"]["name"] == "Lampião"
    assert len(await town.ok("GET", f"/guilds/{town.guild}/invites")) == len(await town.ok("GET", f"/channels/{town.channel}/invites")) == 2
    await town.ok("DELETE", f"/invites/{made['code']}")
    assert await code(town, "GET", f"/invites/{made['code']}") == 10006
    await town.make("/clock", offset_seconds=61)
    assert await town.ok("GET", f"/guilds/{town.guild}/invites") == []


async def test_many_messages_are_deleted_at_once(admin: Town) -> None:
    town = admin
    made = await asyncio.gather(*(town.say(content=str(n)) for n in range(3)))
    path = f"/channels/{town.channel}/messages/bulk-delete"
    assert await code(town, "POST", path, {"messages": [made[0]["id"]]}) == 50035
    await town.ok("POST", path, {"messages": [made[0]["id"], made[1]["id"]]})
    assert [m["content"] for m in await town.look()] == ["2"]
    await town.make("/clock", offset_seconds=15 * 86_400)
    assert await code(town, "POST", path, {"messages": [made[2]["id"], "1"]}) == 50034


async def test_a_reply_to_what_is_gone(admin: Town) -> None:
    reference: Json = {"message_id": "123456789012345678"}
    assert await code(admin, "POST", f"/channels/{admin.channel}/messages", {"content": "x", "message_reference": reference}) == 50035
    plain = await admin.say(content="x", message_reference={**reference, "fail_if_not_exists": False})
    assert plain["type"] == 0


async def test_the_state_file_keeps_all_of_it(admin: Town) -> None:
    town = admin
    message = await town.say(content="x")
    path = f"/channels/{town.channel}/messages/{message['id']}"
    await town.ok("PUT", f"{path}/reactions/{THUMB}/@me")
    await town.ok("POST", f"{path}/threads", {"name": "t"})
    await town.ok("POST", f"/channels/{town.channel}/webhooks", {"name": "Caixa"})
    import json

    from astra.sandbox.discord.state import State

    state = town.world.state
    again = State.from_json(json.loads(state.as_text(town.world.clock.unix(), town.world.ids.last)))
    assert (again.channels, again.messages, again.webhooks, again.guilds) == (state.channels, state.messages, state.webhooks, state.guilds)
