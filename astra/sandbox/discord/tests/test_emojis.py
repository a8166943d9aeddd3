"""Emojis of guilds and applications."""

from __future__ import annotations

import base64

from .test_gateway import dial
from .town import Json, Town

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
MANAGE = 1 << 30


def picture(data: bytes = GIF, kind: str = "gif") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


async def invite(town: Town, permissions: int) -> None:
    await town.make(f"/guilds/{town.guild}/bots", application_id=town.bot, permissions=str(permissions))


async def test_an_emoji_of_the_application_is_made_shown_renamed_and_removed(town: Town) -> None:
    path = f"/applications/{town.bot}/emojis"
    made = await town.ok("POST", path, {"name": "moeda", "image": picture(kind="jpg")})
    assert (made["name"], made["animated"], made["user"]["id"]) == ("moeda", True, town.bot)
    assert (await town.ok("GET", path))["items"] == [made]
    async with town.client.get(f"/emojis/{made['id']}.webp") as shown:
        assert (shown.status, shown.content_type, await shown.read()) == (200, "image/gif", GIF)
    assert (await town.ok("PATCH", f"{path}/{made['id']}", {"name": "ouro"}))["name"] == "ouro"
    assert (await town.ok("GET", f"{path}/{made['id']}"))["name"] == "ouro"
    await town.ok("DELETE", f"{path}/{made['id']}")
    assert (await town.rest("GET", f"{path}/{made['id']}"))[1]["code"] == 10014
    async with town.client.get(f"/emojis/{made['id']}.webp") as shown:
        assert shown.status == 404


async def test_an_emoji_of_a_guild_needs_permission_and_is_told(town: Town) -> None:
    path = f"/guilds/{town.guild}/emojis"
    assert (await town.rest("POST", path, {"name": "moeda", "image": picture()}))[1]["code"] == 50013
    await invite(town, MANAGE)
    line = await dial(town)
    await line.identify(town.token, 1 | 1 << 3)
    made = await town.ok("POST", path, {"name": "moeda", "image": picture()})
    told = await line.until("GUILD_EMOJIS_UPDATE")
    assert [row["id"] for row in told["emojis"]] == [made["id"]]
    assert [row["id"] for row in (await town.ok("GET", f"/guilds/{town.guild}"))["emojis"]] == [made["id"]]
    assert [row["id"] for row in await town.ok("GET", path)] == [made["id"]]
    message = await town.say(content="x")
    reaction = f"/channels/{town.channel}/messages/{message['id']}/reactions/moeda:{made['id']}/@me"
    assert (await town.rest("PUT", reaction))[0] == 204
    assert (await town.ok("PATCH", f"{path}/{made['id']}", {"name": "ouro"}))["name"] == "ouro"
    await invite(town, 1 << 43)  # CREATE_GUILD_EXPRESSIONS is enough for one's own
    await town.ok("DELETE", f"{path}/{made['id']}")
    assert await town.ok("GET", path) == []


async def test_what_no_emoji_may_be(town: Town) -> None:
    path = f"/applications/{town.bot}/emojis"
    wrong: list[Json] = [
        {"name": "m", "image": picture()},
        {"name": "uma moeda", "image": picture()},
        {"name": "moeda", "image": "data:image/png;base64,AAAA"},
        {"name": "moeda", "image": picture(GIF + bytes(256 * 1024))},
        {"name": "moeda"},
    ]
    for body in wrong:
        status, answer = await town.rest("POST", path, body)
        assert (status, answer["code"]) == (400, 50035), body
        assert set(answer["errors"]) <= {"name", "image"}
    await invite(town, MANAGE)
    guild = f"/guilds/{town.guild}/emojis"
    made = await town.ok("POST", guild, {"name": "moeda", "image": picture()})
    there = town.world.state.guilds[town.guild].emojis
    there |= {str(number): there[made["id"]] for number in range(49)}
    assert (await town.rest("POST", guild, {"name": "demais", "image": picture()}))[1]["code"] == 30018
