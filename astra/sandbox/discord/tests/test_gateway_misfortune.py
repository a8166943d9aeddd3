"""What befalls a connection: numbers that a test sets, dead peers, sessions that end, and a fresh start."""

from __future__ import annotations

import asyncio

import pytest

from .test_gateway import dial
from .town import Json, Town

MEMBERS = 1 << 1


async def numbers(town: Town, **wanted: object) -> Json:
    """Sets numbers of the gateway."""
    status, answer = await town.send("PUT", "/_sandbox/gateway", wanted)
    assert status == 200, answer
    found: Json = answer
    return found


async def test_numbers_are_taken_all_or_none(town: Town) -> None:
    assert (await numbers(town, heartbeat_ms=1000))["heartbeat_ms"] == 1000
    for wrong in ({"heartbeat_ms": 0}, {"heartbeat_ms": "soon"}, {"silent": 1}, {"unknown": 1}, {"silent": True, "max_concurrency": 0}):
        status, answer = await town.send("PUT", "/_sandbox/gateway", wrong)
        assert (status, answer["code"]) == (400, 50035)
    _, now = await town.send("GET", "/_sandbox/gateway")
    assert (now["heartbeat_ms"], now["silent"]) == (1000, False)


async def test_who_does_not_beat_is_closed_though_he_talks(town: Town) -> None:
    await numbers(town, heartbeat_ms=200)
    line = await town.client.ws_connect("/gateway", autoclose=False)
    assert (await line.receive_json())["d"]["heartbeat_interval"] == 200
    await line.send_json({"op": 2, "d": {"token": town.token, "intents": 0, "properties": {}}})

    async def chatter() -> None:
        while True:
            await asyncio.sleep(0.05)
            await line.send_json({"op": 3, "d": {"status": "idle"}})

    talking = asyncio.create_task(chatter())
    try:
        async with asyncio.timeout(3):
            while not isinstance((message := await line.receive()).data, int):
                pass
    finally:
        talking.cancel()
    assert message.data == 4009


async def test_a_gateway_gone_silent_answers_no_heartbeat(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token, 0)
    await line.send(1, line.sequence)
    assert (await line.read())["op"] == 11
    await numbers(town, silent=True)
    await line.send(1, line.sequence)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(line.socket.receive(), 0.3)


async def test_asked_to_reconnect_it_resumes_where_it_was(town: Town) -> None:
    line = await dial(town)
    ready = await line.identify(town.token)
    await line.until("GUILD_CREATE")
    assert await town.make("/gateway/reconnect", application_id=town.bot) == {"told": 1}
    assert (await line.read())["op"] == 7
    await line.socket.close(code=4000)
    again = await dial(town)
    for number in range(3):
        await town.say(content=str(number))
    await again.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": line.sequence})
    assert [(await again.read())["d"].get("content") for _ in range(4)] == ["0", "1", "2", None]


async def test_an_invalid_session_may_or_may_not_be_resumed(town: Town) -> None:
    line = await dial(town)
    ready = await line.identify(town.token)
    await line.until("GUILD_CREATE")
    await town.make("/gateway/invalidate", application_id=town.bot, resumable=True)
    assert await line.read() == {"op": 9, "d": True, "s": None, "t": None}
    await line.socket.close(code=4000)
    again = await dial(town)
    await again.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": line.sequence})
    await again.until("RESUMED")
    await town.make("/gateway/invalidate", application_id=town.bot)
    assert (await again.read())["d"] is False
    assert (await again.identify(town.token))["session_id"] != ready["session_id"]  # on the same socket, anew
    last = await dial(town)
    await last.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": 1})
    assert (await last.read())["d"] is False


async def test_too_many_guilds_need_shards_and_each_hears_its_own(town: Town) -> None:
    ids = [town.guild]
    for name in ("Two", "Three"):
        made = await town.make("/guilds", name=name, owner_id=town.buyer)
        await town.make(f"/guilds/{made['id']}/bots", application_id=town.bot)
        ids.append(made["id"])
        await asyncio.sleep(0.002)  # ids of different milliseconds
    await numbers(town, guilds_a_shard=2)
    assert (await town.ok("GET", "/gateway/bot"))["shards"] == 3
    line = await dial(town)
    await line.send(2, {"token": town.token, "intents": 1, "properties": {}})
    assert await line.end() == 4011
    await numbers(town, guilds_a_shard=2500)
    seen = []
    for shard in (0, 1):
        line = await dial(town)
        ready = await line.identify(town.token, 1, shard=[shard, 2])
        mine = [guild["id"] for guild in ready["guilds"]]
        assert mine == [key for key in ids if (int(key) >> 22) % 2 == shard]
        seen += mine
    assert sorted(seen) == sorted(ids)


async def test_identifies_keep_their_pause_by_bucket(town: Town) -> None:
    await numbers(town, identify_pace_seconds=30, max_concurrency=2)
    limit = (await town.ok("GET", "/gateway/bot"))["session_start_limit"]
    assert (limit["max_concurrency"], limit["total"]) == (2, 1000)
    lines = [await dial(town) for _ in range(3)]
    await lines[0].identify(town.token, 0, shard=[0, 3])
    await lines[1].identify(town.token, 0, shard=[1, 3])
    await lines[2].send(2, {"token": town.token, "intents": 0, "properties": {}, "shard": [2, 3]})
    assert (await lines[2].read())["op"] == 9
    await numbers(town, sessions_a_day=2, identify_pace_seconds=0)
    assert (await town.ok("GET", "/gateway/bot"))["session_start_limit"]["remaining"] == 0


async def test_members_come_in_chunks(town: Town) -> None:
    other = await town.make("/applications", name="Many", privileged_intents=MEMBERS)
    await town.make(f"/guilds/{town.guild}/bots", application_id=other["id"])
    for number in range(1000):
        town.world.people.join(town.world.state.guilds[town.guild], town.world.people.add_user(f"p{number}", None, "en-US").id)
    line = await dial(town)
    await line.identify(other["token"], 1 | MEMBERS)
    await line.until("GUILD_CREATE")
    await line.send(8, {"guild_id": town.guild, "query": "", "limit": 0, "nonce": "all"})
    first, second = await line.until("GUILD_MEMBERS_CHUNK"), await line.until("GUILD_MEMBERS_CHUNK")
    assert [len(first["members"]), first["chunk_index"], first["chunk_count"]] == [1000, 0, 2]
    assert [len(second["members"]), second["chunk_index"], second["nonce"]] == [4, 1, "all"]
    await line.send(8, {"guild_id": town.guild, "user_ids": [town.buyer, "1"]})
    chunk = await line.until("GUILD_MEMBERS_CHUNK")
    assert ([row["user"]["id"] for row in chunk["members"]], chunk["not_found"]) == ([town.buyer], ["1"])
    # Without the privileged intent: one person by name, but never everybody.
    plain = await dial(town)
    await plain.identify(town.token, 1)
    await plain.until("GUILD_CREATE")
    await plain.send(8, {"guild_id": town.guild, "query": "", "limit": 0})
    await plain.send(8, {"guild_id": town.guild, "query": "p99", "limit": 5})
    assert len((await plain.until("GUILD_MEMBERS_CHUNK"))["members"]) == 5


async def test_a_frame_too_long_and_a_compression_not_offered(town: Town) -> None:
    line = await dial(town)
    await line.send(1, "x" * 4096)
    assert await line.end() == 4002
    socket = await town.client.ws_connect("/gateway?v=10&encoding=json&compress=brotli-stream", autoclose=False)
    assert (await socket.receive()).data == 4002


async def test_a_bot_hears_of_its_own_roles_only(town: Town) -> None:
    role = (await town.ok("POST", f"/guilds/{town.guild}/roles", {"name": "Buyer"}))["id"]
    line = await dial(town)
    await line.identify(town.token, 1)
    await line.until("GUILD_CREATE")
    await town.ok("PUT", f"/guilds/{town.guild}/members/{town.buyer}/roles/{role}")
    await town.ok("PUT", f"/guilds/{town.guild}/members/{town.bot}/roles/{role}")
    frame = await line.read()
    assert (frame["t"], frame["d"]["user"]["id"]) == ("GUILD_MEMBER_UPDATE", town.bot)


async def test_a_fresh_start_leaves_nothing(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token)
    await town.fault({"match": "* /", "kind": "error"})
    await town.send("POST", "/_sandbox/clock", {"offset_seconds": 60})
    status, _ = await town.send("POST", "/_sandbox/reset", {})
    assert status == 204
    assert await line.end() == 4004
    _, state = await town.send("GET", "/_sandbox/state")
    assert (state["users"], state["guilds"], state["applications"], state["clock"]) == ([], [], [], {"offset_seconds": 0.0})
    _, rules = await town.send("GET", "/_sandbox/faults")
    assert rules["rules"] == []
    await town.settle()  # and life begins again
    await (await dial(town)).identify(town.token)
