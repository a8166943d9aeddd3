"""Polls: asked by a bot, answered by people, closed by whoever asked or by time."""

from __future__ import annotations

from typing import Any

import pytest

from .test_gateway import dial
from .town import Json, Town

VOTES = 1 << 24


def poll(**more: Any) -> Json:
    answers = [{"poll_media": {"text": text}} for text in ("Sertão", "Litoral", "Serra")]
    return {"question": {"text": "Qual jogo?"}, "answers": answers, "duration": 2.0, **more}  # as discord.py counts them


async def vote(town: Town, message: Json, *answers: int, as_user: str | None = None) -> tuple[int, Any]:
    path = f"/_sandbox/as/{as_user or town.buyer}/channels/{town.channel}/messages/{message['id']}/votes"
    return await town.send("PUT", path, {"answers": list(answers)})


async def test_a_poll_is_asked_answered_counted_and_closed(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token, 1 | 1 << 9 | VOTES)
    asked = await town.say(poll=poll())
    assert asked["poll"]["results"] == {
        "answer_counts": [{"id": n, "count": 0, "me_voted": False} for n in (1, 2, 3)],
        "is_finalized": False,
    }
    status, seen = await vote(town, asked, 2)
    assert (status, seen["poll"]["results"]["answer_counts"][1]) == (200, {"id": 2, "count": 1, "me_voted": True})
    told = await line.until("MESSAGE_POLL_VOTE_ADD")
    assert told == {"user_id": town.buyer, "message_id": asked["id"], "answer_id": 2, "channel_id": town.channel, "guild_id": town.guild}
    await vote(town, asked, 3)  # another answer takes the place of the first
    assert (await line.until("MESSAGE_POLL_VOTE_REMOVE"))["answer_id"] == 2
    assert (await line.until("MESSAGE_POLL_VOTE_ADD"))["answer_id"] == 3
    path = f"/channels/{town.channel}/polls/{asked['id']}"
    assert [user["id"] for user in (await town.ok("GET", path + "/answers/3"))["users"]] == [town.buyer]
    assert (await town.ok("GET", path + "/answers/2"))["users"] == []
    ended = await town.ok("POST", path + "/expire")
    assert ended["poll"]["results"]["is_finalized"] is True
    assert (await line.until("MESSAGE_UPDATE"))["poll"]["results"]["is_finalized"] is True
    assert (await vote(town, asked, 1))[1]["code"] == 520001
    assert (await town.rest("POST", path + "/expire"))[1]["code"] == 520001


async def test_time_closes_a_poll(town: Town) -> None:
    asked = await town.say(poll=poll(allow_multiselect=True))
    assert (await vote(town, asked, 1, 3))[0] == 200
    await town.make("/clock", offset_seconds=7201)
    assert (await vote(town, asked, 2))[1]["code"] == 520001
    shown = await town.ok("GET", f"/channels/{town.channel}/messages/{asked['id']}")
    assert shown["poll"]["results"]["is_finalized"] is True
    assert [row["count"] for row in shown["poll"]["results"]["answer_counts"]] == [1, 0, 1]


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"answers": []}, ("answers",)),
        ({"question": {}}, ("question", "text")),
        ({"duration": 769}, ("duration",)),
        ({"answers": [{"poll_media": {"text": "x" * 56}}]}, ("answers", "0", "poll_media", "text")),
    ],
)
async def test_what_no_poll_may_be(town: Town, wrong: Json, path: tuple[str, ...]) -> None:
    status, answer = await town.rest("POST", f"/channels/{town.channel}/messages", {"poll": poll(**wrong)})
    assert (status, answer["code"]) == (400, 50035)
    node = answer["errors"]["poll"]
    for part in path:
        node = node[part]
    assert node["_errors"]


async def test_a_poll_stands_as_it_was_asked(town: Town) -> None:
    asked, plain = await town.say(poll=poll()), await town.say(content="x")
    status, answer = await town.rest("PATCH", f"/channels/{town.channel}/messages/{asked['id']}", {"content": "y"})
    assert (status, answer["code"]) == (400, 520003)
    assert (await town.rest("POST", f"/channels/{town.channel}/polls/{plain['id']}/expire"))[1]["code"] == 520006
    assert (await vote(town, asked, 1, 2))[1]["code"] == 50035  # one answer only
    other = await town.make("/applications", name="Outra")
    await town.make(f"/guilds/{town.guild}/bots", application_id=other["id"])
    path = f"/channels/{town.channel}/polls/{asked['id']}/expire"
    assert (await town.rest("POST", path, token=other["token"]))[1]["code"] == 50005
