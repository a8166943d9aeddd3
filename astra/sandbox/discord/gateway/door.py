"""The gateway's websocket: HELLO, IDENTIFY or RESUME, heartbeats, presence."""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from astra.sandbox.discord import portraits, presences
from astra.sandbox.discord.application_portrait import application as application_portrait
from astra.sandbox.discord.refusal import Json

from . import intents
from .session import Session
from .squeeze import OFFERED, squeezer
from .wire import Wire

if TYPE_CHECKING:
    from astra.sandbox.discord.rows import Guild
    from astra.sandbox.discord.world import World

LONGEST_FRAME = 4096
MOST_IDS = 100
CHUNK = 1000


class Closed(Exception):
    """The connection ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Connection:
    """One socket from HELLO to its end."""

    def __init__(self, world: World, wire: Wire) -> None:
        self._world = world
        self._wire = wire
        self._session: Session | None = None
        self._token = ""
        self._knobs = world.hub.knobs
        self._commands: deque[float] = deque()
        self._beat_at = time.monotonic()

    def hello(self) -> None:
        """Says how often to beat."""
        self._send(10, {"heartbeat_interval": self._knobs.heartbeat_ms, "_trace": ["sandbox"]})

    def take(self, raw: str | bytes) -> None:
        """Handles one frame, text or binary. Raises Closed where Discord would close."""
        if len(raw) > LONGEST_FRAME:
            raise Closed(4002)
        try:
            frame = json.loads(raw)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closed(4002) from None
        now = time.monotonic()
        while self._commands and now - self._commands[0] >= 60:
            self._commands.popleft()
        if len(self._commands) >= self._knobs.commands_a_minute:
            raise Closed(4008)
        self._commands.append(now)
        if op == 1:
            self._heartbeat(now, data)
        elif op == 2:
            self._identify(data)
        elif op == 6:
            self._resume(data)
        elif op not in (3, 4, 8, 31):
            raise Closed(4001)
        elif self._session is None or self._session.wire is not self._wire:
            raise Closed(4003)
        elif op == 3:
            self._session.presence = _presence(data)
            self._world.news.presence(self._session.application_id)
        elif op == 8:
            self._members(self._session, data)

    def silent_for(self) -> float:
        """Seconds until the bot counts as dead: half an interval more than it was told to beat in."""
        return self._beat_at + self._knobs.heartbeat_ms / 1000 * 1.5 - time.monotonic()

    def _heartbeat(self, now: float, data: Any) -> None:
        self._beat_at = now
        if self._session is not None and isinstance(data, int):
            self._session.heard(data)
        if not self._knobs.silent:
            self._send(11, None)

    def ended(self, *, by_client: bool) -> None:
        """The socket is gone. A bot that said goodbye (1000 or 1001) is gone with it; others may resume."""
        session = self._session
        if session is None or session.wire is not self._wire:
            return
        session.wire = None
        session.lost_at = time.monotonic()
        if by_client:
            self._world.hub.forget(session)
        self._world.news.presence(session.application_id)

    def _identify(self, data: Any) -> None:
        if self._session is not None and self._session.wire is self._wire:
            raise Closed(4005)
        if not isinstance(data, dict):
            raise Closed(4002)
        wanted = data.get("intents")
        shard = data.get("shard", [0, 1])
        if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted & ~intents.KNOWN or wanted < 0:
            raise Closed(4013)
        application = self._world.application_of(str(data.get("token", "")))
        if application is None:
            raise Closed(4004)
        if not (isinstance(shard, list) and len(shard) == 2 and 0 <= shard[0] < shard[1]):
            raise Closed(4010)
        if wanted & intents.PRIVILEGED & ~application.privileged_intents:
            raise Closed(4014)
        if len(self._guilds(application.id, shard)) > self._knobs.guilds_a_shard:
            raise Closed(4011)
        if self._world.identifies_left(application) <= 0:
            # As Discord says: all sessions end, the token is reset, and its owner has to fetch a new one.
            self._world.people.revoke_token(application)
            raise Closed(4004)
        if not self._world.hub.may_start(application.id, shard[0]):
            self._send(9, False)
            return
        application.identifies.append(self._world.clock.unix())
        session = Session(application.id, wanted, (shard[0], shard[1]))
        session.wire = self._wire
        presence = data.get("presence")
        if presence is not None:
            session.presence = _presence(presence)
        self._session = session
        self._world.hub.add(session)
        self._ready(session)
        self._world.changed()
        self._world.news.presence(application.id)

    def _guilds(self, bot_id: str, shard: Any) -> list[Guild]:
        mine = [guild for guild in self._world.state.guilds.values() if bot_id in guild.members]
        return [guild for guild in mine if (int(guild.id) >> 22) % shard[1] == shard[0]]

    def _ready(self, session: Session) -> None:
        state = self._world.state
        bot_id = session.application_id
        guilds = self._guilds(bot_id, session.shard)
        session.dispatch(
            "READY",
            {
                "v": 10,
                "user": portraits.own_user(state.users[bot_id]),
                "user_settings": {},
                "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "session_type": "normal",
                "resume_gateway_url": self._world.gateway_url,
                "shard": list(session.shard),
                "application": {"id": bot_id, "flags": application_portrait(state, state.applications[bot_id])["flags"]},
                "private_channels": [],
                "relationships": [],
                "presences": [],
                "guild_join_requests": [],
                "geo_ordered_rtc_regions": [],
                "_trace": ["sandbox"],
            },
        )
        if session.intents & intents.GUILDS:
            everybody = bool(session.intents & intents.GUILD_MEMBERS)
            for guild in guilds:
                shown = portraits.gateway_guild(state, guild, bot_id, all_members=everybody)
                if session.intents & intents.GUILD_PRESENCES:
                    shown["presences"] = presences.in_guild(self._world, guild)
                session.dispatch("GUILD_CREATE", shown)

    def _resume(self, data: Any) -> None:
        if self._session is not None and self._session.wire is self._wire:
            raise Closed(4005)
        if not isinstance(data, dict) or not isinstance(data.get("seq"), int):
            raise Closed(4002)
        application = self._world.application_of(str(data.get("token", "")))
        if application is None:
            raise Closed(4004)
        session = self._world.hub.find(str(data.get("session_id", "")))
        if session is None or session.application_id != application.id or not session.can_replay(data["seq"]):
            self._send(9, False)
            return
        if data["seq"] > session.sequence:
            raise Closed(4007)
        if session.wire is not None:
            session.wire.close(4000)
        session.wire, session.lost_at = self._wire, None
        self._session = session
        session.replay(data["seq"])
        self._world.news.presence(application.id)

    def _members(self, session: Session, data: Any) -> None:
        guild = self._world.state.guilds.get(str(data.get("guild_id")) if isinstance(data, dict) else "")
        if guild is None or session.application_id not in guild.members:
            return
        ids, query, limit = data.get("user_ids"), str(data.get("query") or "").lower(), int(data.get("limit") or 0)
        if ids is None and not query and not limit and not session.intents & intents.GUILD_MEMBERS:
            return  # all members are only for those who may have them
        state = self._world.state
        found, missing = [], []
        if ids is not None:
            keys = [str(key) for key in ([ids] if isinstance(ids, (str, int)) else ids)][:MOST_IDS]
            missing = [key for key in keys if key not in guild.members]
            found = [guild.members[key] for key in keys if key in guild.members]
        else:
            found = [row for key, row in guild.members.items() if state.users[key].username.lower().startswith(query)]
            found = found[: min(limit, 100) if query else limit or None]
        pieces = [found[start : start + CHUNK] for start in range(0, len(found), CHUNK)] or [[]]
        for index, piece in enumerate(pieces):
            chunk: Json = {
                "guild_id": guild.id,
                "members": [portraits.member(state, row) for row in piece],
                "chunk_index": index,
                "chunk_count": len(pieces),
            }
            if missing:
                chunk["not_found"] = missing
            if data.get("presences"):
                there = session.intents & intents.GUILD_PRESENCES
                chunk["presences"] = presences.in_guild(self._world, guild, [row.user_id for row in piece]) if there else []
            if "nonce" in data:
                chunk["nonce"] = data["nonce"]
            session.dispatch("GUILD_MEMBERS_CHUNK", chunk)

    def _send(self, op: int, data: Any) -> None:
        self._wire.put(json.dumps({"op": op, "d": data, "s": None, "t": None}, separators=(",", ":")))


def _presence(data: Any) -> Json:
    if not isinstance(data, dict):
        raise Closed(4002)
    # One library still says "game" for the one activity of IDENTIFY.
    game = data.get("game")
    activities = data.get("activities") or ([game] if isinstance(game, dict) else [])
    return {"status": data.get("status") or "online", "activities": activities}


async def serve(world: World, request: web.Request) -> web.StreamResponse:
    """GET /gateway as a websocket."""
    socket = web.WebSocketResponse(max_msg_size=16 * 1024, autoclose=False)
    if not socket.can_prepare(request):
        return web.Response(status=400, text="This address speaks websocket.")
    await socket.prepare(request)
    compression = request.query.get("compress", "")
    wire = Wire(socket, request, squeeze=squeezer(compression))
    connection = Connection(world, wire)
    by_client = False
    try:
        if request.query.get("v", "10") != "10":
            raise Closed(4012)
        if request.query.get("encoding", "json") != "json" or compression not in OFFERED:
            raise Closed(4002)
        connection.hello()
        by_client = await _listen(socket, connection)
    except Closed as end:
        wire.close(end.code)
    finally:
        connection.ended(by_client=by_client)
        await wire.stop()
        if not socket.closed and request.transport is not None:
            await socket.close(drain=False)
    return socket


async def _listen(socket: web.WebSocketResponse, connection: Connection) -> bool:
    """Frames until the socket ends; whether it was the bot that said goodbye. Raises Closed."""
    while True:
        try:
            frame = await socket.receive(timeout=max(connection.silent_for(), 0.001))
        except TimeoutError:
            raise Closed(4009) from None
        except asyncio.CancelledError:
            return False
        if frame.type in (WSMsgType.TEXT, WSMsgType.BINARY):
            try:
                connection.take(frame.data)
            except (TypeError, ValueError, AttributeError):  # a field of a kind that no library sends
                raise Closed(4002) from None
        elif frame.type is WSMsgType.CLOSE:
            return frame.data in (1000, 1001)
        elif frame.type in (WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR):
            return False
