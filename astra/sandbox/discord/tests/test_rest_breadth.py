"""What bots of three libraries were seen to send and to need, route by route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web

from astra.sandbox.discord import clock
from astra.sandbox.discord.rest import call as calls
from astra.sandbox.discord.world import World

from .test_gateway import dial
from .town import Json, Town, serve

PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"


@pytest.mark.parametrize(
    ("method", "path", "wrong"),
    [
        ("GET", "/channels/abc", {"channel_id"}),
        ("PUT", "/guilds/1x/members/2x/roles/12345678901234567", {"guild_id", "user_id"}),
        ("POST", "/webhooks/abc/token", {"webhook_id"}),
    ],
)
async def test_an_id_that_is_none_is_refused_at_its_place(town: Town, method: str, path: str, wrong: set[str]) -> None:
    status, answer = await town.rest(method, path)
    assert (status, answer["code"], set(answer["errors"])) == (400, 50035, wrong)
    assert {one["_errors"][0]["code"] for one in answer["errors"].values()} == {"NUMBER_TYPE_COERCE"}


async def test_an_address_that_nobody_knows_is_404_with_or_without_a_token(town: Town) -> None:
    for token in (town.token, "made.up.token"):
        assert await town.rest("GET", "/nothing/here", token=token) == (404, {"message": "404: Not Found", "code": 0})
    async with town.client.delete("/api/v10/users/@me", headers={"Authorization": f"Bot {town.token}"}) as answer:
        assert (answer.status, (await answer.json())["message"]) == (405, "405: Method Not Allowed")


async def test_a_body_that_nobody_looked_at_and_a_failure_of_the_sandbox_are_noted(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    async def careless(call: calls.Call) -> Json:
        return {"id": call.bot.id}

    async def broken(call: calls.Call) -> Json:
        raise KeyError(call.bot.id)

    def of(handler: Callable[[calls.Call], Any]) -> Callable[[web.Request], Any]:
        return lambda request: calls.serve(request, handler, by_token=False)

    routes: dict[str, Any] = {"PATCH": of(careless), "GET": of(broken)}

    async def no_route(request: web.Request) -> web.StreamResponse:
        answer: web.StreamResponse = await routes[request.method](request)
        return answer

    monkeypatch.setattr("astra.sandbox.discord.app.no_route", no_route)
    await town.rest("PATCH", "/lobbies/123456789012345678", {})
    status, answer = await town.rest("GET", "/lobbies/123456789012345678")
    assert (status, answer) == (500, {"message": "500: Internal Server Error", "code": 0})
    noted = [(entry["operation"], entry["problems"][0]) for entry in town.world.violations]
    assert ("edit_lobby", "a body was taken that nobody held against the description") in noted
    assert ("get_lobby", "the sandbox itself failed; its own output says where") in noted
    town.world.violations.clear()


async def test_channels_of_every_kind_have_what_libraries_read(town: Town) -> None:
    path = f"/guilds/{town.guild}/channels"
    assert (await town.make(f"/guilds/{town.guild}/channels", name="voz", type=2))["bitrate"] == 64000
    assert (await town.send("POST", f"/_sandbox/guilds/{town.guild}/channels", {"name": "x", "type": 3}))[0] == 400
    voice = await town.ok("POST", path, {"name": "Sala de voz", "type": 2, "user_limit": 5})
    assert {name: voice[name] for name in ("bitrate", "user_limit", "rtc_region", "video_quality_mode")} == {
        "bitrate": 64000,
        "user_limit": 5,
        "rtc_region": None,
        "video_quality_mode": 1,
    }
    assert (await town.ok("PATCH", f"/channels/{voice['id']}", {"bitrate": 96000}))["bitrate"] == 96000
    assert (await town.ok("POST", path, {"name": "palco", "type": 13}))["bitrate"] == 64000
    text = await town.ok("POST", path, {"name": "loja", "default_auto_archive_duration": 60})
    assert text["default_auto_archive_duration"] == 60
    assert "bitrate" not in text
    wanted = {"available_tags": [{"name": "aberto", "moderated": True, "emoji_name": "✅"}], "default_reaction_emoji": {"emoji_name": "👍"}}
    forum = await town.ok("POST", path, {"name": "ajuda", "type": 15, "flags": 16, **wanted})
    (tag,) = forum["available_tags"]
    assert (tag["name"], tag["moderated"], tag["emoji_name"], forum["flags"]) == ("aberto", True, "✅", 16)
    post = {"name": "Meu pedido", "message": {"content": "Onde está?"}, "applied_tags": [tag["id"]]}
    thread = await town.ok("POST", f"/channels/{forum['id']}/threads", post)
    assert thread["applied_tags"] == [tag["id"]]
    changed = await town.ok("PATCH", f"/channels/{thread['id']}", {"applied_tags": [], "flags": 2})
    assert (changed["applied_tags"], changed["flags"]) == ([], 2)
    status, answer = await town.rest("POST", f"/channels/{forum['id']}/threads", {**post, "applied_tags": ["123"]})
    assert (status, set(answer["errors"])) == (400, {"applied_tags"})


async def test_lists_go_on_after_what_was_read(town: Town) -> None:
    thread = await town.ok("POST", f"/channels/{town.channel}/threads", {"name": "ajuda", "type": 11})
    await town.ok("PUT", f"/channels/{thread['id']}/thread-members/{town.buyer}")
    town.world.application(town.bot).privileged_intents = 2
    path = f"/channels/{thread['id']}/thread-members?with_member=true&limit=1"
    (first,) = await town.ok("GET", path)
    (second,) = await town.ok("GET", f"{path}&after={first['user_id']}")
    assert {first["user_id"], second["user_id"]} == {town.bot, town.buyer}
    assert first["member"]["user"]["id"] == first["user_id"]
    assert await town.ok("GET", f"{path}&after={second['user_id']}") == []
    members = await town.ok("GET", f"/guilds/{town.guild}/members?limit=2")
    assert len(members) == 2
    assert len(await town.ok("GET", f"/guilds/{town.guild}/members?limit=2&after={members[-1]['user']['id']}")) == 1
    message = await town.say(content="oi")
    await town.ok("PUT", f"/channels/{town.channel}/messages/pins/{message['id']}")
    (pin,) = (await town.ok("GET", f"/channels/{town.channel}/messages/pins"))["items"]
    for before in (pin["pinned_at"], pin["pinned_at"].replace("+00:00", "Z")):
        assert (await town.ok("GET", f"/channels/{town.channel}/messages/pins?before={before}"))["items"] == []
    assert len(await town.ok("GET", "/users/@me/guilds?limit=1")) == 1


def test_moments_are_read_as_different_clients_write_them() -> None:
    same = {clock.moment(f"2026-12-07T13:44:09{end}") for end in ("Z", "+00:00", " 00:00", ".000", "")}
    assert len(same) == 1
    assert clock.moment("2026-12-07T10:44:09-03:00") in same


async def test_an_application_says_what_it_is_and_turns_its_intents_on(town: Town) -> None:
    said = {"description": "Vende lâmpadas", "tags": ["loja"], "install_params": {"scopes": ["bot"], "permissions": 8}}
    shown = await town.ok("PATCH", "/applications/@me", said)
    assert (shown["description"], shown["tags"], shown["install_params"]["permissions"]) == ("Vende lâmpadas", ["loja"], "8")
    assert (await town.ok("PATCH", "/applications/@me", {"description": {"default": "Outra"}}))["description"] == "Outra"
    status, answer = await town.rest("PATCH", "/applications/@me", {"description": "x" * 401})
    assert (status, set(answer["errors"])) == (400, {"description"})
    assert (await town.ok("PATCH", f"/applications/{town.bot}", {"flags": 1 << 19}))["flags"] == 1 << 19
    assert town.world.application(town.bot).privileged_intents == 1 << 15
    assert (await town.ok("GET", f"/applications/{town.bot}"))["tags"] == ["loja"]
    assert (await town.rest("GET", "/applications/123456789012345678"))[0] == 403
    guild = await town.ok("PATCH", "/users/@me", {"username": "Lampadário", "avatar": PICTURE})
    assert guild["username"] == "Lampadário"


async def test_commands_are_told_one_by_one_and_of_one_guild(town: Town) -> None:
    path = f"/applications/{town.bot}/commands"
    made = await town.ok("POST", path, {"name": "admin", "description": "x", "default_member_permissions": "8"})
    assert made["default_member_permissions"] == "8"
    assert (await town.ok("PATCH", f"{path}/{made['id']}", {"default_member_permissions": 16}))["default_member_permissions"] == "16"
    assert (await town.ok("GET", f"{path}/{made['id']}"))["name"] == "admin"
    local = f"/applications/{town.bot}/guilds/{town.guild}/commands"
    here = await town.ok("POST", local, {"name": "aqui", "description": "x"})
    assert (await town.ok("PATCH", f"{local}/{here['id']}", {"description": "y"}))["description"] == "y"
    assert [row["name"] for row in await town.ok("GET", local)] == ["aqui"]
    assert (await town.ok("GET", f"{local}/{here['id']}"))["description"] == "y"
    assert await town.ok("GET", f"{local}/permissions") == []
    assert (await town.rest("GET", f"{local}/{here['id']}/permissions"))[1]["code"] == 10066
    await town.ok("DELETE", f"{local}/{here['id']}")
    assert await town.ok("GET", local) == []
    assert await town.ok("GET", f"/applications/{town.bot}/entitlements") == []


async def test_small_things_that_a_day_brings(town: Town) -> None:
    guild = f"/guilds/{town.guild}"
    role = await town.ok("POST", f"{guild}/roles", {"name": "VIP"})
    assert (await town.ok("GET", f"{guild}/roles/{role['id']}"))["name"] == "VIP"
    # discord.js tells the order of all roles, its own among them.
    order = [{"id": row["id"], "position": row["position"]} for row in await town.ok("GET", f"{guild}/roles")]
    assert {row["id"] for row in await town.ok("PATCH", f"{guild}/roles", order)} == {row["id"] for row in order}
    message = await town.say(content="oi")
    emoji = f"/channels/{town.channel}/messages/{message['id']}/reactions/%F0%9F%91%8D"
    await town.ok("PUT", f"{emoji}/@me")
    await town.ok("DELETE", f"{emoji}/@me")
    assert await town.ok("GET", emoji) == []
    assert (await town.ok("GET", "/gateway"))["url"].startswith("ws")
    for path in ("scheduled-events", "auto-moderation/rules", "templates"):
        assert await town.ok("GET", f"{guild}/{path}") == []
    town.world.guild(town.guild).roles[town.guild].permissions |= (1 << 5) | (1 << 2) | (1 << 30) | (1 << 43) | (1 << 29)
    settings = {"verification_level": 1, "system_channel_id": int(town.channel), "rules_channel_id": None}
    changed = await town.ok("PATCH", guild, settings)
    assert (changed["verification_level"], changed["system_channel_id"], changed["rules_channel_id"]) == (1, town.channel, None)
    coin = await town.ok("POST", f"{guild}/emojis", {"name": "coin", "image": PICTURE})
    assert (await town.ok("GET", f"{guild}/emojis/{coin['id']}"))["name"] == "coin"
    other = (await town.make("/users", username="vic"))["id"]
    owner = town.world.guild(town.guild).owner_id
    got = await town.ok("POST", f"{guild}/bulk-ban", {"user_ids": [other, owner]})
    assert got == {"banned_users": [other], "failed_users": [owner]}
    assert [row["user"]["id"] for row in await town.ok("GET", f"{guild}/bans?after=0&limit=1")] == [other]
    assert await town.ok("GET", f"{guild}/bans?after={other}") == []
    assert (await town.rest("POST", f"{guild}/bulk-ban", {"user_ids": [owner]}))[1]["code"] == 500000
    news = await town.ok("POST", f"{guild}/channels", {"name": "novidades", "type": 5})
    sent = await town.ok("POST", f"/channels/{news['id']}/messages", {"content": "Chegou"})
    assert (await town.ok("POST", f"/channels/{news['id']}/messages/{sent['id']}/crosspost"))["flags"] & 1
    hook = await town.ok("POST", f"/channels/{town.channel}/webhooks", {"name": "Recibos"})
    assert (await town.ok("GET", f"/webhooks/{hook['id']}"))["name"] == "Recibos"
    with_token = f"/webhooks/{hook['id']}/{hook['token']}"
    assert (await town.ok("PATCH", with_token, {"name": "Notas"}))["name"] == "Notas"
    await town.ok("DELETE", f"/webhooks/{hook['id']}")
    assert (await town.rest("GET", with_token))[1]["code"] == 10015
    await town.ok("DELETE", f"/users/@me/guilds/{town.guild}")
    assert await town.ok("GET", "/users/@me/guilds") == []


async def test_what_a_person_allowed_is_read_with_his_token(town: Town) -> None:
    secret = town.world.application(town.bot).client_secret
    town.world.application(town.bot).owner_id = town.buyer
    scopes = "identify openid email connections guilds.members.read role_connections.write"
    form = {"grant_type": "client_credentials", "scope": scopes, "client_id": town.bot, "client_secret": secret}
    async with town.client.post("/api/v10/oauth2/token", data=form) as answer:
        bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}

    async def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with town.client.request(method, "/api/v10" + path, headers=bearer, json=body) as answer:
            return answer.status, await answer.json() if answer.content_length else None

    assert (await ask("GET", "/oauth2/userinfo"))[1]["sub"] == town.buyer
    assert (await ask("GET", f"/users/@me/guilds/{town.guild}/member"))[1]["user"]["id"] == town.buyer
    assert await ask("GET", "/users/@me/connections") == (200, [])
    record = {"type": 7, "key": "buyer", "name": "Comprador", "description": "Já comprou"}
    assert await town.ok("PUT", f"/applications/{town.bot}/role-connections/metadata", [record]) == [record]
    assert await town.ok("GET", f"/applications/{town.bot}/role-connections/metadata") == [record]
    mine = f"/users/@me/applications/{town.bot}/role-connection"
    told = {"platform_name": "Loja", "metadata": {"buyer": "1"}}
    assert await ask("PUT", mine, told) == (200, told)
    assert (await ask("PUT", mine, {"metadata": {"unknown": "1"}}))[0] == 400
    assert await ask("GET", mine) == (200, told)
    assert await ask("DELETE", mine) == (204, None)
    assert await ask("GET", mine) == (200, {"metadata": {}})
    assert (await town.rest("GET", mine))[0] == 401


async def test_a_reply_carries_what_it_replies_to_and_a_role_is_mentioned_as_allowed(town: Town) -> None:
    role = await town.ok("POST", f"/guilds/{town.guild}/roles", {"name": "Suporte"})
    text = f"<@&{role['id']}> <@&123456789012345678>"
    first = await town.say(content=text)
    assert first["mention_roles"] == [role["id"]]
    assert (await town.say(content=text, allowed_mentions={"parse": []}))["mention_roles"] == []
    assert (await town.say(content=text, allowed_mentions={"parse": [], "roles": [role["id"]]}))["mention_roles"] == [role["id"]]
    second = await town.say(content="dois", message_reference={"message_id": first["id"]})
    third = await town.say(content="três", message_reference={"message_id": second["id"]})
    assert third["referenced_message"]["id"] == second["id"]
    assert "referenced_message" not in third["referenced_message"]  # one step, as there
    path = f"/channels/{town.channel}/messages"
    await town.ok("DELETE", f"{path}/{first['id']}")
    assert (await town.ok("GET", f"{path}/{second['id']}"))["referenced_message"] is None


async def test_bots_hear_of_hidden_channels_new_threads_and_each_others_roles(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token)
    await line.until("GUILD_CREATE")
    await town.send("PUT", f"/_sandbox/channels/{town.channel}/permissions/{town.bot}", {"deny": str(1 << 10)})
    assert (await line.until("CHANNEL_UPDATE"))["id"] == town.channel  # though it sees no message there any more
    assert (await town.rest("GET", f"/channels/{town.channel}/messages"))[1]["code"] == 50001
    await town.send("PUT", f"/_sandbox/channels/{town.channel}/permissions/{town.bot}", {"deny": "0"})
    await line.until("CHANNEL_UPDATE")
    thread = await town.ok("POST", f"/channels/{town.channel}/threads", {"name": "ajuda", "type": 11})
    begun = await line.until("THREAD_CREATE")
    assert (begun["id"], begun["newly_created"]) == (thread["id"], True)
    other = await town.make("/applications", name="Outra")
    await town.make(f"/guilds/{town.guild}/bots", application_id=other["id"])
    made = (await line.until("GUILD_ROLE_CREATE"))["role"]
    assert made["tags"] == {"bot_id": other["id"]}
    await town.send("DELETE", f"/_sandbox/guilds/{town.guild}/bots/{other['id']}")
    assert (await line.until("GUILD_ROLE_DELETE"))["role_id"] == made["id"]


async def test_without_the_description_nonsense_is_refused_all_the_same() -> None:
    world = World(spec="off", quick=True)
    town = Town(await serve(world), world)
    await town.settle()
    world.guild(town.guild).roles[town.guild].permissions |= (1 << 2) | (1 << 5)
    for method, path, body in (
        ("POST", f"/guilds/{town.guild}/bulk-ban", {}),
        ("GET", f"/guilds/{town.guild}/bans?limit=many", None),
        ("PATCH", "/applications/@me", {"description": {}}),
        ("GET", f"/guilds/{town.guild}/members/search?limit=x&query=b", None),
    ):
        assert (await town.rest(method, path, body))[1]["code"] == 50035, path
    assert (await town.rest("GET", "/channels/abc"))[0] == 404  # nobody knows that this was to be an id
    assert (await town.say(content="oi"))["content"] == "oi"
    assert not world.violations
    await town.client.close()
