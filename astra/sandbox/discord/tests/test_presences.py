"""Who is there, as bots with the privileged intent hear it; and people taken in by what they allowed."""

from __future__ import annotations

from .test_gateway import dial
from .town import Town

PRESENCES = 1 << 8


async def test_a_bot_with_the_intent_hears_who_comes_and_goes(town: Town) -> None:
    watcher = await town.make("/applications", name="Vigia", privileged_intents=PRESENCES)
    await town.make(f"/guilds/{town.guild}/bots", application_id=watcher["id"])
    await town.send("PATCH", f"/_sandbox/users/{town.buyer}", {"status": "idle"})
    line = await dial(town)
    await line.identify(watcher["token"], 1 | PRESENCES)
    there = {row["user"]["id"]: row for row in (await line.until("GUILD_CREATE"))["presences"]}
    assert (there[town.buyer]["status"], there[town.buyer]["client_status"]) == ("idle", {"desktop": "idle"})
    assert town.bot not in there
    await town.send("PATCH", f"/_sandbox/users/{town.buyer}", {"status": "dnd"})
    told = await line.until("PRESENCE_UPDATE")
    assert (told["user"], told["guild_id"], told["status"]) == ({"id": town.buyer}, town.guild, "dnd")
    other = await dial(town)
    await other.identify(town.token, 1, presence={"status": "online", "activities": [{"name": "Loja", "type": 0}]})
    told = await line.until("PRESENCE_UPDATE")
    assert (told["user"]["id"], told["activities"][0]["name"]) == (town.bot, "Loja")
    assert told["activities"][0]["created_at"] > 0
    await other.socket.close()
    assert (await line.until("PRESENCE_UPDATE"))["status"] == "offline"
    await line.send(8, {"guild_id": town.guild, "user_ids": [town.buyer, town.bot], "presences": True})
    assert [row["user"]["id"] for row in (await line.until("GUILD_MEMBERS_CHUNK"))["presences"]] == [town.buyer]
    status, answer = await town.send("PATCH", f"/_sandbox/users/{town.buyer}", {"status": "asleep"})
    assert (status, answer["code"]) == (400, 50035)


async def test_without_the_intent_nobody_is_seen(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token, 1)
    assert (await line.until("GUILD_CREATE"))["presences"] == []
    await town.send("PATCH", f"/_sandbox/users/{town.buyer}", {"status": "dnd"})
    await line.send(1, 1)
    assert (await line.read())["op"] == 11  # and nothing before it


async def test_messages_that_go_together_are_one_event(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token)
    rows = [(await town.say(content=text))["id"] for text in "abc"]
    assert (await town.rest("POST", f"/channels/{town.channel}/messages/bulk-delete", {"messages": rows[:2]}))[0] == 204
    told = await line.until("MESSAGE_DELETE_BULK")
    assert told == {"ids": rows[:2], "channel_id": town.channel, "guild_id": town.guild}
    assert [row["id"] for row in await town.look()] == rows[2:]


async def test_a_bot_takes_in_a_person_who_allowed_it(town: Town) -> None:
    stranger = (await town.make("/users", username="davi"))["id"]
    path = f"/guilds/{town.guild}/members/{stranger}"
    assert (await town.rest("PUT", path, {"access_token": "made up"}))[1]["code"] == 50025
    application = town.world.state.applications[town.bot]
    code = town.world.oauth.code_for(application, stranger, ("identify", "guilds.join"), "http://localhost/", "")
    token = town.world.oauth.exchange(application, code, "http://localhost/", "")["access_token"]
    assert (await town.rest("PUT", f"/guilds/{town.guild}/members/{town.buyer}", {"access_token": token}))[1]["code"] == 50025
    status, member = await town.rest("PUT", path, {"access_token": token})
    assert (status, member["user"]["id"]) == (201, stranger)
    assert (await town.rest("PUT", path, {"access_token": token}))[0] == 204
    assert stranger in town.world.state.guilds[town.guild].members
