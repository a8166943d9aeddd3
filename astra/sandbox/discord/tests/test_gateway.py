"""The gateway by raw websocket: what a library would never send, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import zlib
from typing import Any
from urllib.parse import parse_qs

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from astra.sandbox.discord.gateway.squeeze import Blocks

from .town import Json, Town, button, row

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

GUILDS_AND_MESSAGES = (1 << 0) | (1 << 9) | (1 << 12)


class Line:
    """One socket, read frame by frame."""

    def __init__(self, socket: ClientWebSocketResponse, *, compression: str = "") -> None:
        self.socket = socket
        self._compression = compression
        self._inflate = {"": None, "zlib-stream": zlib.decompressobj(), "zstd-stream": zstd.ZstdDecompressor()}[compression]
        self.sequence = 0

    async def read(self) -> Json:
        """The next frame. Fails if the socket closes instead."""
        message = await asyncio.wait_for(self.socket.receive(), 5)
        if self._inflate is None:
            assert message.type is WSMsgType.TEXT, message
            raw = message.data
        else:
            assert message.type is WSMsgType.BINARY, message
            assert self._compression != "zlib-stream" or message.data.endswith(b"\x00\x00\xff\xff")
            raw = self._inflate.decompress(message.data)
        frame: Json = json.loads(raw)
        self.sequence = frame["s"] or self.sequence
        return frame

    async def until(self, event: str) -> Any:
        """The data of the next `event`; what comes before is skipped."""
        while (frame := await self.read())["t"] != event:
            pass
        return frame["d"]

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_str(json.dumps({"op": op, "d": data}))

    async def end(self) -> int | None:
        """The close code that comes."""
        while (message := await asyncio.wait_for(self.socket.receive(), 5)).type is not WSMsgType.CLOSE:
            assert message.type in (WSMsgType.TEXT, WSMsgType.BINARY), message
        return int(message.data)

    async def identify(self, token: str, intents: int = GUILDS_AND_MESSAGES, **more: Any) -> Json:
        """Signs in; the READY."""
        await self.send(2, {"token": token, "intents": intents, "properties": {}, **more})
        ready: Json = await self.until("READY")
        return ready


async def dial(town: Town, query: str = "?v=10&encoding=json") -> Line:
    """A socket that has said HELLO."""
    compression = parse_qs(query.removeprefix("?")).get("compress", [""])[0]
    line = Line(await town.client.ws_connect("/gateway" + query, autoclose=False), compression=compression)
    hello = await line.read()
    assert (hello["op"], hello["d"]["heartbeat_interval"]) == (10, 41250)
    return line


async def test_sign_in_by_text_and_by_binary_frame_and_compressed(town: Town) -> None:
    for query in ("", "?v=10&encoding=json&compress=zlib-stream", "?v=10&encoding=json&compress=zstd-stream"):
        line = await dial(town, query)
        frame = {"op": 2, "d": {"token": town.token, "intents": GUILDS_AND_MESSAGES, "properties": {}}}
        await line.socket.send_bytes(json.dumps(frame).encode())
        ready = await line.until("READY")
        assert ready["guilds"] == [{"id": town.guild, "unavailable": True}]
        guild = await line.until("GUILD_CREATE")
        assert [member["user"]["id"] for member in guild["members"]] == [town.bot]
        assert guild["member_count"] == 3
        await line.send(1, line.sequence)
        assert (await line.read())["op"] == 11
    assert len(town.world.hub.of(town.bot)) == 3  # a second session of the same token is allowed
    await town.say(content="oi")
    assert (await line.until("MESSAGE_CREATE"))["content"] == "oi"


def test_a_long_message_is_several_blocks_of_one_zstd_stream() -> None:
    squeeze, judge = Blocks(), zstd.ZstdDecompressor()
    for size in (5, 300_000, 1 << 17, 0, 7):
        data = os.urandom(size)
        assert judge.decompress(squeeze(data)) == data


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        (2, {"token": "made.up.token", "intents": 1}, 4004),
        (2, {"token": "OWN", "intents": 1 << 1}, 4014),
        (2, {"token": "OWN", "intents": 1 << 40}, 4013),
        (2, {"token": "OWN"}, 4013),
        (2, {"token": "OWN", "intents": 1, "shard": [2, 2]}, 4010),
        (3, {"status": "online"}, 4003),
        (99, None, 4001),
        (2, {"token": "OWN", "intents": 1, "shard": ["a", "b"]}, 4002),
        (6, {"token": "made.up.token", "session_id": "x", "seq": 1}, 4004),
    ],
)
async def test_close_codes(town: Town, op: int, data: Any, code: int) -> None:
    line = await dial(town)
    if isinstance(data, dict) and data.get("token") == "OWN":
        data = {**data, "token": town.token}
    await line.send(op, data)
    assert await line.end() == code


async def test_nonsense_too_much_and_twice(town: Town) -> None:
    line = await dial(town)
    await line.socket.send_str("{")
    assert await line.end() == 4002
    line = await dial(town)
    await line.identify(town.token)
    await line.send(2, {"token": town.token, "intents": 1})
    assert await line.end() == 4005
    line = await dial(town)
    for _ in range(121):
        await line.send(1, None)
    assert await line.end() == 4008
    await asyncio.sleep(0)
    assert not town.world.presence(town.bot)["online"]


async def test_privileged_intents_are_granted_by_the_application(town: Town) -> None:
    other = await town.make("/applications", name="Curiosa", privileged_intents=(1 << 1) | (1 << 15))
    await town.make(f"/guilds/{town.guild}/bots", application_id=other["id"])
    line = await dial(town)
    await line.identify(other["token"], GUILDS_AND_MESSAGES | (1 << 1) | (1 << 15))
    assert len((await line.until("GUILD_CREATE"))["members"]) == 4
    await town.send("POST", f"/_sandbox/as/{town.buyer}/channels/{town.channel}/messages", {"content": "segredo"})
    assert (await line.until("MESSAGE_CREATE"))["content"] == "segredo"
    newcomer = await town.make("/users", username="novo")
    await town.make(f"/guilds/{town.guild}/members", user_id=newcomer["id"])
    assert (await line.until("GUILD_MEMBER_ADD"))["user"]["id"] == newcomer["id"]
    await line.send(8, {"guild_id": town.guild, "query": "", "limit": 0, "nonce": "n"})
    chunk = await line.until("GUILD_MEMBERS_CHUNK")
    assert (len(chunk["members"]), chunk["nonce"]) == (5, "n")


async def test_resume_replays_and_refuses_what_it_does_not_know(town: Town) -> None:
    line = await dial(town)
    ready = await line.identify(town.token)
    await line.until("GUILD_CREATE")
    known = line.sequence
    _, dropped = await town.send("POST", "/_sandbox/gateway/drop", {"application_id": town.bot, "code": 4000})
    assert dropped == {"dropped": 1}
    assert await line.end() == 4000
    await line.socket.close()
    message = await town.say(content="enquanto isso")
    await town.ok("PATCH", f"/channels/{town.channel}/messages/{message['id']}", {"content": "mudou"})
    again = await dial(town)
    await again.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": known})
    events = [(await again.read())["t"] for _ in range(3)]
    assert events == ["MESSAGE_CREATE", "MESSAGE_UPDATE", "RESUMED"]
    assert again.sequence == known + 3
    await town.ok("DELETE", f"/channels/{town.channel}/messages/{message['id']}")
    assert (await again.until("MESSAGE_DELETE"))["id"] == message["id"]
    await again.socket.close(code=1000)  # said goodbye: nothing to resume
    last = await dial(town)
    await last.send(6, {"token": town.token, "session_id": ready["session_id"], "seq": known})
    frame = await last.read()
    assert (frame["op"], frame["d"]) == (9, False)
    await last.identify(town.token)


async def test_ephemeral_messages_never_come_by_the_gateway(town: Town) -> None:
    line = await dial(town)
    await line.identify(town.token)
    message = await town.say(content="Oi", components=[row(button("buy"))])

    async def answer() -> None:
        click = await line.until("INTERACTION_CREATE")
        path = f"/interactions/{click['id']}/{click['token']}/callback"
        await town.ok("POST", path, {"type": 4, "data": {"content": "segredo", "flags": 64}})

    _, got = await asyncio.gather(answer(), town.press(message, "buy"))
    assert got["message"]["content"] == "segredo"
    await town.say(content="fim")
    frame = await line.read()
    assert (frame["t"], frame["d"]["content"]) == ("MESSAGE_CREATE", "fim")


async def test_a_bot_that_is_away_fails_at_once(town: Town) -> None:
    message = await town.say(content="Oi", components=[row(button("buy"))])
    got = await town.press(message, "buy")
    assert (got["outcome"], got["reason"]) == ("failed", "the bot is not connected and has no interactions endpoint")
    assert got["ms"] < 500


async def test_the_budget_of_sessions(town: Town) -> None:
    town.world.state.applications[town.bot].identifies = [town.world.clock.unix()] * 1000
    assert (await town.ok("GET", "/gateway/bot"))["session_start_limit"]["remaining"] == 0
    line = await dial(town)
    await line.send(2, {"token": town.token, "intents": 1})
    assert await line.end() == 4004  # one too many: the token is gone
    assert (await town.rest("GET", "/gateway/bot"))[0] == 401
    town.token = (await town.make(f"/applications/{town.bot}/token"))["token"]
    assert (await town.ok("GET", "/gateway/bot"))["session_start_limit"]["remaining"] == 0
    await town.make("/clock", offset_seconds=86_401)
    assert (await town.ok("GET", "/gateway/bot"))["session_start_limit"]["remaining"] == 1000
