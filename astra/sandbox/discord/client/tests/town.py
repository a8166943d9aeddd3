"""A real sandbox process, and a tiny bot that talks to it by HTTP, for the browser's tests."""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import zlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

ROOT = Path(__file__).resolve().parents[5]
EPHEMERAL, V2 = 64, 32768
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL = 4, 5, 6, 7, 9

Json = dict[str, Any]
Answer = Json | Callable[[Json], Json | Awaitable[Json]]


class Town:
    """The sandbox with a person, `bia`, and her server with #geral."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url
        self.web = httpx.AsyncClient(base_url=url, timeout=10)

    @classmethod
    async def open(cls, *options: str) -> Town:
        """Starts the process on a free port."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "astra.sandbox.discord.program", "--port", "0", "--quick", *options),
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        assert process.stdout is not None
        ready = (await process.stdout.readline()).decode().split()
        assert ready[0] == "ready"
        return cls(process, ready[1])

    async def settle(self) -> None:
        """The person, the server, and the channel's name."""
        self.bia = (await self.call("POST", "users", username="bia_lopes", global_name="Bia Lopes"))["id"]
        guild = await self.call("POST", "guilds", name="Lampião Digital", owner_id=self.bia)
        self.guild, self.geral = guild["id"], guild["channels"][0]["id"]

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """The developer or person API."""
        answer = await self.web.request(method, f"/_sandbox/{path}", json=body if method != "GET" else None)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def channel_url(self, user: str | None = None) -> str:
        return f"{self.url}/channels/{self.guild}/{self.geral}?as={user or self.bia}"

    async def close(self) -> int:
        """Ends the process and says with what."""
        await self.web.aclose()
        if self.process.returncode is None:
            self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 10)


class Bot:
    """An application whose interactions come by HTTP. `on` maps a custom id or command name to its answer."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.on: dict[str, Answer] = {}
        self.got: list[Json] = []

    async def move_in(self, name: str = "Lampião Digital") -> None:
        """Makes the application, proves its address, joins the server."""
        made = await self.town.call("POST", "applications", name=name)
        self.id, self.token, self._key = made["id"], made["token"], bytes.fromhex(made["verify_key"])
        app = web.Application()
        app.router.add_post("/interactions", self._take)
        self._server = TestServer(app)
        await self._server.start_server()
        url = str(self._server.make_url("/interactions"))
        await self.rest("PATCH", "/applications/@me", {"interactions_endpoint_url": url})
        await self.town.call("POST", f"guilds/{self.town.guild}/bots", application_id=self.id)

    async def close(self) -> None:
        await self._server.close()

    async def rest(self, method: str, path: str, body: Any = None, file: tuple[str, bytes] | None = None) -> Any:
        """One request as the bot."""
        extra: Json = {"json": body} if body is not None else {}
        if file is not None:
            extra = {"data": {"payload_json": json.dumps(body)}, "files": {"files[0]": file}}
        headers = {"Authorization": f"Bot {self.token}"}
        answer = await self.town.web.request(method, f"/api/v10{path}", headers=headers, **extra)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def say(self, body: Json, file: tuple[str, bytes] | None = None) -> str:
        """A message in #geral; its id."""
        return str((await self.rest("POST", f"/channels/{self.town.geral}/messages", body, file))["id"])

    async def original(self, interaction: Json, method: str, body: Json | None = None) -> Any:
        """The first answer of an interaction, by its token."""
        return await self.rest(method, f"/webhooks/{self.id}/{interaction['token']}/messages/@original", body)

    async def tell(self, user: str, body: Json) -> str:
        """A direct message; its channel's id."""
        channel = (await self.rest("POST", "/users/@me/channels", {"recipient_id": user}))["id"]
        await self.rest("POST", f"/channels/{channel}/messages", body)
        return str(channel)

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        signed = request.headers["X-Signature-Timestamp"].encode() + raw
        try:
            signature = bytes.fromhex(request.headers["X-Signature-Ed25519"])
            Ed25519PublicKey.from_public_bytes(self._key).verify(signature, signed)
        except InvalidSignature:
            return web.Response(status=401)
        payload = json.loads(raw)
        if payload["type"] == 1:
            return web.json_response({"type": 1})
        self.got.append(payload)
        answer = self.on[payload["data"].get("custom_id") or payload["data"]["name"]]
        if callable(answer):
            made = answer(payload)
            answer = await made if isinstance(made, Awaitable) else made
        return web.json_response(answer)


def text(content: str) -> Json:
    return {"type": 10, "content": content}


def button(custom_id: str, label: str, style: int = 2, **more: Any) -> Json:
    return {"type": 2, "custom_id": custom_id, "label": label, "style": style, **more}


def row(*components: Json) -> Json:
    return {"type": 1, "components": list(components)}


def v2(*components: Json, flags: int = 0) -> Json:
    return {"flags": V2 | flags, "components": list(components)}


def box(*components: Json, colour: int | None = 0xF0B45A) -> Json:
    return {"type": 17, "components": list(components), **({} if colour is None else {"accent_color": colour})}


def png(width: int = 420, height: int = 180, colour: tuple[int, int, int] = (122, 43, 77)) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
