"""Speaks to the core: every request signed by a key that this process made for itself and never writes down."""

import asyncio
import json
import logging
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from astra.bot.ending import Ending
from astra.protocol import endings, paths
from astra.protocol.messages import (
    Closure,
    GuildEvent,
    Heartbeat,
    HeartbeatAnswer,
    Message,
    Pulse,
    Refusal,
    RenewalAnswer,
    SessionAnswer,
    SessionRequest,
)
from astra.protocol.parse import BadMessage
from astra.protocol.signing import MICROSECONDS, encode, opening_text, sign_request

CALL_SECONDS = 5.0
OPENING_SECONDS = 60.0
LONGEST_ANSWER = 1_000_000
UNAUTHORIZED, CONFLICT, OK, SERVER_ERROR = 401, 409, 200, 500

log = logging.getLogger("astra.bot.core")


class CoreAway(Exception):
    """The core gave no usable answer. ``was_sent`` says whether it may have got the request."""

    def __init__(self, why: str, *, was_sent: bool) -> None:
        super().__init__(why)
        self.was_sent = was_sent


@dataclass(frozen=True, slots=True)
class Reply:
    """What the core answered."""

    status: int
    body: bytes


class CoreLink:
    """One bot's line to the core, over sockets that it may share with others."""

    def __init__(self, core_url: str, http: aiohttp.ClientSession) -> None:
        self._core_url = core_url.rstrip("/")
        self._http = http
        self._key = Ed25519PrivateKey.generate()
        self._session_id = ""
        self._ahead = 0
        self._last_stamp = 0
        self._expires = 0

    async def open(self, ticket: str, *, patience_seconds: float = OPENING_SECONDS) -> SessionAnswer:
        """Trades the ticket for a session. Waits a while for a core that is away; raises Ending when it is not let in."""
        public_key = encode(self._key.public_key().public_bytes_raw())
        signature = encode(self._key.sign(opening_text(ticket=ticket, public_key=public_key)))
        body = _bytes(SessionRequest(ticket, public_key, signature))
        until = time.monotonic() + patience_seconds
        while True:
            try:
                reply = await self._send(paths.SESSIONS, body, {}, CALL_SECONDS)
                if reply.status < SERVER_ERROR:
                    break
                why = f"status {reply.status}"
            except CoreAway as away:
                why = str(away)
            if time.monotonic() > until:
                raise Ending(endings.CORE_UNREACHABLE, "core_unreachable")
            log.warning("core is away: %s", why)
            await asyncio.sleep(1.0)
        if reply.status == CONFLICT:
            raise Ending(endings.SUPERSEDED, "superseded")
        if reply.status != OK:
            raise Ending(endings.TICKET_REFUSED, "ticket_refused")
        answer = SessionAnswer.read(_json(reply.body))
        self._session_id = answer.session_id
        self._expires = answer.expires
        self._learn_time(answer.now)
        return answer

    async def heartbeat(self, state: str, reason: str = "", pulse: Pulse | None = None) -> HeartbeatAnswer:
        """Says how it is. Raises CoreAway, Ending."""
        told = Heartbeat(state, reason, pulse or Pulse())
        answer = HeartbeatAnswer.read(_json((await self._call(paths.HEARTBEATS, told)).body))
        self._learn_time(answer.now)
        return answer

    async def renew(self) -> None:
        """Keeps the session. Raises CoreAway, Ending."""
        answer = RenewalAnswer.read(_json((await self._call(paths.RENEWALS, None)).body))
        self._expires = answer.expires
        self._learn_time(answer.now)

    def seconds_left(self) -> float:
        """How long the session lives without a renewal."""
        return (self._expires - self._time()) / MICROSECONDS

    async def tell_guild(self, event: GuildEvent) -> None:
        """Tells of a server. Raises CoreAway, Ending."""
        await self._call(paths.GUILD_EVENTS, event)

    async def tell_closed(self, interaction_id: str, reason: str) -> None:
        """Tells that an interaction was answered without the core. Raises CoreAway, Ending."""
        await self._call(paths.closure_of(interaction_id), Closure(reason))

    async def relay(self, payload: dict[str, Any], seconds: float) -> Reply:
        """Hands an interaction over and returns the answer as it came. Raises CoreAway, Ending."""
        raw = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return await self._signed(paths.INTERACTIONS, raw, seconds)

    async def _call(self, path: str, message: Message | None) -> Reply:
        reply = await self._signed(path, _bytes(message), CALL_SECONDS)
        if reply.status >= 300:
            raise CoreAway(f"status {reply.status}", was_sent=True)
        return reply

    async def _signed(self, path: str, body: bytes, seconds: float) -> Reply:
        reply = await self._send(path, body, self._signature(path, body), seconds)
        if reply.status == UNAUTHORIZED:
            refusal = Refusal.read(_json(reply.body))
            if refusal.error == "clock" and refusal.now:
                # The host slept, or its clock jumped: the database's time is the one that counts.
                self._learn_time(refusal.now)
                self._last_stamp = min(self._last_stamp, refusal.now)  # stamps of the wrong hour were never taken
                reply = await self._send(path, body, self._signature(path, body), seconds)
            if reply.status == UNAUTHORIZED:
                log.warning("the core refused the session: %s", Refusal.read(_json(reply.body)).error)
                raise Ending(endings.SESSION_ENDED, "session_ended")
        if reply.status == CONFLICT:
            raise Ending(endings.SUPERSEDED, "superseded")
        return reply

    async def _send(self, path: str, body: bytes, headers: dict[str, str], seconds: float) -> Reply:
        headers = {**headers, "Content-Type": "application/json"}
        try:
            async with self._http.post(
                self._core_url + path, data=body, headers=headers, timeout=aiohttp.ClientTimeout(total=seconds), allow_redirects=False
            ) as answer:
                return Reply(
                    answer.status, await answer.content.read(LONGEST_ANSWER) if answer.content_length is None else await answer.read()
                )
        except aiohttp.ClientConnectorError as error:
            raise CoreAway("no connection", was_sent=False) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise CoreAway(type(error).__name__, was_sent=True) from error

    def _signature(self, path: str, body: bytes) -> dict[str, str]:
        self._last_stamp = max(self._last_stamp + 1, self._time())
        return sign_request(self._key, session_id=self._session_id, stamp=self._last_stamp, method="POST", path=path, body=body)

    def _time(self) -> int:
        """The database's time as far as we know it: its last word, and what our own steady clock counted since."""
        return self._ahead + round(time.monotonic() * MICROSECONDS)

    def _learn_time(self, now: int) -> None:
        self._ahead = now - round(time.monotonic() * MICROSECONDS)


def _bytes(message: Message | None) -> bytes:
    return json.dumps(message.json() if message else {}, ensure_ascii=False).encode()


def _json(raw: bytes) -> object:
    try:
        return json.loads(raw)
    except ValueError as error:
        raise BadMessage("the answer is not JSON") from error
