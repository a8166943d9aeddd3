"""The core as a bot sees it, small enough not to be what is measured: sessions for tickets, heartbeats, one reply to every click."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from astra.protocol import paths

REPLY = b'{"type": 4, "data": {"content": "Pay by PIX", "flags": 64}}'


@dataclass
class CoreStandIn:
    """Knows tokens by ticket, and when each ticket's copy was first online (monotonic seconds)."""

    discord_url: str
    tokens: dict[str, str] = field(default_factory=dict)
    online_at: dict[str, float] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    port: int = 0

    async def open(self) -> None:
        """Listens on a free port of this machine."""
        app = web.Application(client_max_size=2**20)
        app.router.add_post(paths.SESSIONS, self._session)
        app.router.add_post(paths.HEARTBEATS, self._heartbeat)
        app.router.add_post(paths.RENEWALS, self._renewal)
        app.router.add_post(paths.GUILD_EVENTS, self._done)
        app.router.add_post(paths.INTERACTIONS, self._click)
        app.router.add_post(paths.INTERACTIONS + "/{id}/closure", self._done)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Ends."""
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def _session(self, request: web.Request) -> web.Response:
        ticket = str((await request.json())["ticket"])
        token = self.tokens.get(ticket)
        if token is None:
            return web.json_response({"error": "ticket"}, status=401)
        session_id = f"session-{ticket}"
        self.sessions[session_id] = ticket
        return web.json_response(
            {
                "session_id": session_id,
                "generation": 1,
                "expires": _now() + 3_600_000_000,
                "now": _now(),
                "bot_token": token,
                "application_id": "1",
                "transport": "relay",
                "presence_text": "Loja",
                "api_url": f"{self.discord_url}/api/v10",
                "gateway_url": self.discord_url.replace("http", "ws", 1) + "/gateway",
            }
        )

    async def _heartbeat(self, request: web.Request) -> web.Response:
        told: dict[str, Any] = await request.json()
        ticket = self.sessions.get(request.headers.get("Astra-Session", ""), "")
        if told["state"] == "online":
            self.online_at.setdefault(ticket, time.monotonic())
        return web.json_response({"wanted_state": "running", "presence_text": "Loja", "now": _now()})

    async def _renewal(self, _: web.Request) -> web.Response:
        return web.json_response({"expires": _now() + 3_600_000_000, "now": _now()})

    async def _done(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def _click(self, _: web.Request) -> web.Response:
        return web.Response(body=REPLY, content_type="application/json")


def _now() -> int:
    return round(time.time() * 1_000_000)
