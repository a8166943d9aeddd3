"""A core and a Discord for a bot that is tested by itself."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from astra.bot.core_link import CoreAway, Reply
from astra.bot.ending import Ending
from astra.protocol.messages import GuildEvent


class Core:
    """Answers everything at once, or waits for a word; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.told: list[GuildEvent] = []
        self.closed: list[tuple[str, str]] = []
        self.is_away = False
        self.ending: Ending | None = None
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def relay(self, payload: dict[str, Any], seconds: float) -> Reply:
        """Says "deferred"; raises its ending if it has one."""
        self.asked.append(payload["id"])
        await self.may_answer.wait()
        if self.ending:
            raise self.ending
        return Reply(200, b'{"type": 5}')

    async def tell_closed(self, interaction_id: str, reason: str) -> None:
        """Notes it."""
        self.closed.append((interaction_id, reason))

    async def tell_guild(self, event: GuildEvent) -> None:
        """Notes it, unless it is away."""
        if self.is_away:
            raise CoreAway("away", was_sent=False)
        self.told.append(event)


@dataclass
class Callbacks:
    """Discord's end of the callbacks: what it answers, and the bodies that came."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """One reply to an interaction."""
        self.bodies.append(await request.json(loads=json.loads))
        return web.Response(status=self.status, headers=self.headers)


def press(number: object) -> dict[str, Any]:
    """Somebody presses something."""
    return {"id": str(number), "token": "t", "type": 3, "locale": "pt-BR"}


async def until(true: Callable[[], object]) -> None:
    """Waits until something is so."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  what is waited for happens in other tasks
            await asyncio.sleep(0.01)
