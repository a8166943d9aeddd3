"""A Discord in this process with a bot, a person and a guild, for tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from astra.sandbox.discord.app import make_app
from astra.sandbox.discord.world import World

Json = dict[str, Any]
Client = TestClient[web.Request, web.Application]
V2 = 32768


def button(custom_id: str, label: str = "Comprar", **more: Any) -> Json:
    """A button."""
    return {"type": 2, "style": 1, "label": label, "custom_id": custom_id, **more}


def row(*components: Json) -> Json:
    """A row of components."""
    return {"type": 1, "components": list(components)}


def card(*buttons: Json, text: str = "Sertão 2084") -> Json:
    """A card as the shop writes it: a container with text and buttons."""
    inside = [{"type": 10, "content": text}, *([row(*buttons)] if buttons else [])]
    return {"flags": V2, "components": [{"type": 17, "accent_color": 0x2E6B4F, "components": inside}]}


def multipart(payload: Json, *files: tuple[str, bytes]) -> FormData:
    """A body with files."""
    form = FormData(quote_fields=False)
    form.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for index, (name, data) in enumerate(files):
        form.add_field(f"files[{index}]", data, filename=name, content_type="application/octet-stream")
    return form


async def seen(condition: Callable[[], bool]) -> None:
    """Returns once `condition` holds. Raises TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)


async def serve(world: World) -> Client:
    """A client of `world`, served on a free port."""
    client: Client = TestClient(TestServer(make_app(world)))
    await client.start_server()
    world.base_url = str(client.make_url("")).rstrip("/")
    return client


@dataclass
class Town:
    """One guild with a bot and a buyer in it."""

    client: Client
    world: World
    buyer: str = ""
    guild: str = ""
    channel: str = ""
    bot: str = ""
    token: str = ""
    verify_key: str = ""

    async def settle(self) -> None:
        """Founds the guild."""
        self.buyer = (await self.make("/users", username="bia"))["id"]
        guild = await self.make("/guilds", name="Lampião", owner_id=(await self.make("/users", username="lara"))["id"])
        self.guild, self.channel = guild["id"], guild["channels"][0]["id"]
        await self.make(f"/guilds/{self.guild}/members", user_id=self.buyer)
        application = await self.make("/applications", name="Loja")
        self.bot, self.token, self.verify_key = application["id"], application["token"], application["verify_key"]
        await self.make(f"/guilds/{self.guild}/bots", application_id=self.bot)

    async def make(self, path: str, **body: Any) -> Json:
        """One POST of the developer."""
        status, answer = await self.send("POST", "/_sandbox" + path, body)
        assert status < 300, answer
        made: Json = answer
        return made

    async def send(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> tuple[int, Any]:
        """One request; its status and JSON."""
        headers = {"Authorization": f"Bot {token}"} if token is not None else {}
        content: Json = {"data": body} if isinstance(body, FormData) else {"json": body}
        async with self.client.request(method, path, headers=headers, **content) as answer:
            return answer.status, await answer.json() if answer.content_length else None

    async def rest(self, method: str, path: str, body: Any = None, *, token: str | None = None) -> tuple[int, Any]:
        """One request of the bot."""
        return await self.send(method, "/api/v10" + path, body, token=token or self.token)

    async def ok(self, method: str, path: str, body: Any = None) -> Any:
        """One request of the bot that must succeed."""
        status, answer = await self.rest(method, path, body)
        assert status < 300, answer
        return answer

    async def say(self, **payload: Any) -> Json:
        """A message of the bot in the channel."""
        answer: Json = await self.ok("POST", f"/channels/{self.channel}/messages", payload)
        return answer

    async def act(self, kind: str, *, as_user: str | None = None, **body: Any) -> tuple[int, Any]:
        """Something that the buyer does."""
        return await self.send("POST", f"/_sandbox/as/{as_user or self.buyer}/interactions", {"kind": kind, **body})

    async def press(self, message: Json, custom_id: str, **more: Any) -> Json:
        """A press that goes through."""
        body = {"channel_id": message["channel_id"], "message_id": message["id"], "custom_id": custom_id, **more}
        status, answer = await self.act("button", **body)
        assert status == 200, answer
        result: Json = answer
        return result

    async def look(self, user: str | None = None, channel: str | None = None) -> list[Json]:
        """The messages that a person sees."""
        path = f"/_sandbox/as/{user or self.buyer}/channels/{channel or self.channel}/messages"
        _, answer = await self.send("GET", path)
        messages: list[Json] = answer
        return messages

    async def fault(self, *rules: Json) -> None:
        """Sets the fault rules."""
        status, answer = await self.send("PUT", "/_sandbox/faults", {"rules": list(rules)})
        assert status == 200, answer


@dataclass
class Shop:
    """An interactions endpoint that verifies signatures and answers by `plan`, one entry for each interaction."""

    verify_key: str
    careful: bool = True
    refuses_with: int = 401
    url: str = ""
    plan: list[Any] = field(default_factory=list)
    got: list[Json] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """Answers one POST."""
        raw = await request.read()
        stamp, signature = request.headers["X-Signature-Timestamp"], request.headers["X-Signature-Ed25519"]
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.verify_key))
            key.verify(bytes.fromhex(signature), stamp.encode() + raw)
        except InvalidSignature:
            if self.careful:
                return web.Response(status=self.refuses_with)
        body = await request.json()
        if body["type"] == 1:
            return web.json_response({"type": 1})
        self.got.append(body)
        answer = self.plan.pop(0)
        if callable(answer):
            answer = await answer(body)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)
