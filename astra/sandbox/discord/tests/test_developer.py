"""The developer's knobs, the people's feed, and what outlives a restart."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from aiohttp import WSMsgType

from astra.sandbox.discord.faults import Faults
from astra.sandbox.discord.world import World

from .test_gateway import dial
from .town import Json, Town, button, card, multipart, row, seen, serve


async def test_faults_strike_as_told_and_run_out(town: Town) -> None:
    path = f"/channels/{town.channel}/messages"
    await town.fault(
        {"match": r"POST /channels/\d+/messages$", "kind": "error", "status": 503, "times": 1},
        {"match": r"POST ^/api/v10/channels", "kind": "rate_limit", "seconds": 0.5, "times": 1},
        {"match": r"POST messages", "kind": "lose_answer", "times": 1},
        {"match": r"POST messages", "kind": "lose_request", "times": 1},
        {"match": r"* users/@me", "kind": "delay", "seconds": 0.2, "times": 1},
    )
    assert (await town.rest("POST", path, {"content": "a"}))[0] == 503
    status, limited = await town.rest("POST", path, {"content": "b"})
    assert (status, limited["retry_after"]) == (429, 0.5)
    for text in ("c", "d"):
        with pytest.raises(aiohttp.ClientError):
            await town.rest("POST", path, {"content": text})
    began = asyncio.get_running_loop().time()
    await town.ok("GET", "/users/@me")
    assert asyncio.get_running_loop().time() - began >= 0.2
    assert [m["content"] for m in await town.look()] == ["c"]  # its answer was lost, not the message
    await town.say(content="e")
    _, left = await town.send("GET", "/_sandbox/faults")
    assert [rule["times"] for rule in left["rules"]] == [0] * 5
    _, noted = await town.send("GET", f"/_sandbox/requests?application_id={town.bot}")
    assert [entry["status"] for entry in noted] == [503, 429, 0, 0, 200, 200]
    for bad in ([{"match": "nothing", "kind": "error"}], [{"match": "GET /x", "kind": "explode"}], "x"):
        assert (await town.send("PUT", "/_sandbox/faults", {"rules": bad}))[0] == 400
    await town.fault({"match": r"GET users", "kind": "error", "status": 401, "application_id": "1"})
    await town.ok("GET", "/users/@me")
    await town.fault()


async def test_the_same_seed_brings_the_same_misfortunes(town: Town) -> None:
    rule = {"match": "GET /users/@me$", "kind": "error", "status": 500, "chance": 0.5}

    async def strikes(seed: int) -> list[int]:
        answer = await town.send("PUT", "/_sandbox/faults", {"rules": [rule], "seed": seed})
        assert answer[1]["seed"] == seed
        return [(await town.rest("GET", "/users/@me"))[0] for _ in range(24)]

    first = await strikes(7)
    assert set(first) == {200, 500}
    assert await strikes(7) == first
    assert await strikes(8) != first
    assert (await town.send("PUT", "/_sandbox/faults", {"rules": [], "seed": "x"}))[0] == 400
    await town.fault()


def test_a_second_run_strikes_the_same_whatever_others_do_meanwhile() -> None:
    rules = [{"match": r"POST /channels/\d+/messages$", "kind": "lose_answer", "chance": 0.3}]

    def strikes(mine: str, others: list[str], channel: str) -> list[bool]:
        faults = Faults({mine: "Loja", **{key: f"Outra {number}" for number, key in enumerate(others)}}.__getitem__)
        faults.set(rules, 11)
        found = []
        for number in range(40):
            for other in others[: number % 3]:
                faults.pick("POST", "/api/v10/channels/5/messages", other)
            faults.pick("GET", "/api/v10/users/@me", mine)
            found.append(faults.pick("POST", f"/api/v10/channels/{channel}/messages", mine) is not None)
        return found

    alone = strikes("100000000000000001", [], "7")
    assert 4 < sum(alone) < 20
    assert strikes("200000000000000002", ["3", "4"], "88") == alone


async def test_a_socket_breaks_with_an_answer_or_just_before_an_event(town: Town) -> None:
    line = await dial(town)
    ready = await line.identify(town.token)
    await line.until("GUILD_CREATE")
    await town.fault({"match": "PATCH /users/@me$", "kind": "drop", "code": 4000, "times": 1})
    assert (await town.rest("PATCH", "/users/@me", {"username": "Loja"}))[0] == 200
    assert await line.end() == 4000
    for wrong in ({"match": "GATEWAY MESSAGE_CREATE", "kind": "error"}, {"match": "GATEWAY", "kind": "drop"}):
        assert (await town.send("PUT", "/_sandbox/faults", {"rules": [wrong]}))[0] == 400
    await town.fault({"match": "GATEWAY MESSAGE_CREATE", "kind": "drop", "times": 1})
    again = await dial(town)
    await again.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": line.sequence})
    await again.until("RESUMED")
    await town.say(content="um")
    message = await asyncio.wait_for(again.socket.receive(), 5)
    assert message.type in (WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR)  # cut, and the event never came
    await town.say(content="dois")
    last = await dial(town)
    await last.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": again.sequence})
    assert [(await last.until("MESSAGE_CREATE"))["content"] for _ in range(2)] == ["um", "dois"]
    await town.fault()


async def test_tokens_of_clicks_are_blotted_out_of_the_journal(town: Town) -> None:
    await town.rest("GET", f"/webhooks/{town.bot}/a-secret-token/messages/@original")
    _, noted = await town.send("GET", "/_sandbox/requests")
    assert noted[-1]["path"] == f"/api/v10/webhooks/{town.bot}/…/messages/@original"
    assert noted[-1]["code"] == 10015


async def test_other_sites_and_bent_names_are_refused(town: Town) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Host": "evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        async with town.client.get("/_sandbox/state", headers=headers) as answer:
            assert answer.status == 403
    own = town.world.base_url
    async with town.client.get("/_sandbox/state", headers={"Origin": own}) as answer:
        state = await answer.json()
    assert [guild["name"] for guild in state["guilds"]] == ["Lampião"]
    assert "token" not in state["applications"][0]


async def test_people_see_what_happens_and_only_what_is_theirs(town: Town) -> None:
    lara = town.world.state.guilds[town.guild].owner_id
    outsider = (await town.make("/users", username="fora"))["id"]
    me = (await town.send("GET", f"/_sandbox/as/{town.buyer}"))[1]
    waiting = asyncio.create_task(town.send("GET", f"/_sandbox/as/{town.buyer}/events?after={me['last_event']}"))
    await asyncio.sleep(0.05)
    message = await town.say(content="Oi", components=[row(button("buy"))])
    (event,) = (await asyncio.wait_for(waiting, 2))[1]
    assert (event["type"], event["message"]["id"], event["channel_id"]) == ("MESSAGE_CREATE", message["id"], town.channel)
    path = f"/_sandbox/as/{{}}/events?after={me['last_event']}&wait=0"
    assert len((await town.send("GET", path.format(lara)))[1]) == 1
    assert (await town.send("GET", path.format(outsider)))[1] == []
    assert (await town.send("GET", f"/_sandbox/as/{outsider}/channels"))[1] == []
    status, refused = await town.send("GET", f"/_sandbox/as/{outsider}/channels/{town.channel}/messages")
    assert (status, refused["code"]) == (403, 50001)
    assert (await town.send("GET", f"/_sandbox/as/{town.bot}/guilds"))[0] == 404
    channels = (await town.send("GET", f"/_sandbox/as/{town.buyer}/channels"))[1]
    assert [channel["name"] for channel in channels] == ["geral"]
    future = f"/_sandbox/as/{town.buyer}/events?after=999999&wait=0"  # a number from before a restart
    assert (await town.send("GET", future))[1]


async def test_commands_with_parts_and_in_direct_messages(town: Town) -> None:
    options = [{"type": 3, "name": "codigo", "description": "Código", "required": True}]
    part = {"type": 1, "name": "usar", "description": "Usa", "options": options}
    command = {"name": "cupom", "description": "Cupons", "options": [part]}
    await town.ok("PUT", f"/applications/{town.bot}/commands", [command])
    direct = await town.ok("POST", "/users/@me/channels", {"recipient_id": town.buyer})
    offered = (await town.send("GET", f"/_sandbox/as/{town.buyer}/channels/{direct['id']}/commands"))[1]
    assert [entry["name"] for entry in offered] == ["cupom"]
    used: Json = {"channel_id": direct["id"], "name": "cupom usar", "options": {"codigo": "A"}}
    assert (await town.act("command", **used))[1]["outcome"] == "failed"  # nobody is connected
    bad: Json
    for bad in ({"name": "nada"}, {"options": {"codigo": 1}}, {"options": {}}, {"options": {"x": "y", "codigo": "A"}}):
        assert (await town.act("command", **{**used, **bad}))[0] == 400


async def test_what_outlives_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "discord.json"
    world = World(path=path)
    town = Town(await serve(world), world)
    await town.settle()
    sent = await town.ok(
        "POST",
        f"/channels/{town.channel}/messages",
        multipart({**card(button("buy")), "nonce": "n", "enforce_nonce": True}, ("a.txt", b"bytes")),
    )
    await town.ok("PUT", f"/applications/{town.bot}/commands", [{"name": "compras", "description": "d"}])
    await town.make("/clock", offset_seconds=60)
    await seen(lambda: path.exists() and sent["id"] in path.read_text())
    card_path = f"/channels/{town.channel}/messages/{sent['id']}"
    sent = await town.ok("PATCH", card_path, card(button("buy"), text="Mudou depois de escrito"))
    await town.client.close()

    again = World(path=path)
    town.world, town.client = again, await serve(again)
    assert (await town.look())[0]["components"] == sent["components"]
    assert (await town.ok("GET", "/users/@me"))["id"] == town.bot
    assert len(await town.ok("GET", f"/applications/{town.bot}/commands")) == 1
    assert again.clock.offset_seconds == 60
    repeated = await town.say(**card(button("buy")), nonce="n", enforce_nonce=True)
    assert repeated["id"] == sent["id"]
    (attachment,) = repeated["attachments"]
    async with town.client.get(attachment["url"].removeprefix(again.base_url)) as answer:
        assert await answer.read() == b"bytes"
    await town.client.close()


async def test_the_program_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys;from astra.sandbox.discord.program import main;sys.exit(main(sys.argv[1:]))"]
    options = ["--port", "0", "--state", str(tmp_path / "s.json"), "--public-url", "http://discord.localhost:1"]
    process = await asyncio.create_subprocess_exec(*command, *options, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        line = (await asyncio.wait_for(process.stdout.readline(), 10)).decode()
        assert line.startswith("ready http://127.0.0.1:")
        address = line.split()[1]
        async with aiohttp.ClientSession() as client:
            async with client.get(address + "/api/v10/gateway") as answer:
                assert await answer.json() == {"url": "ws://discord.localhost:1/gateway"}
            async with client.get(address + "/_sandbox/state", headers={"Host": "discord.localhost:1"}) as answer:
                assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert (tmp_path / "s.json").exists()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
