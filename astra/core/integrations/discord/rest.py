"""Discord's REST, called on our own terms: nothing is repeated blindly, and every end has a name."""

import functools
import json as json_codec
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from django.conf import settings

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.failures import (
    CLOSED_CODES,
    Closed,
    DiscordFailure,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    TokenRefused,
)
from astra.core.integrations.discord.limits import LIMITS, MAX_WAIT_SECONDS, token_key

__all__ = [
    "Closed",
    "DiscordFailure",
    "DiscordRest",
    "File",
    "NotSent",
    "OutcomeUnknown",
    "RateLimited",
    "Refused",
    "TokenRefused",
]

VERSION = "0.1.0"
TIMEOUTS = httpx.Timeout(10.0, connect=3.0, pool=3.0)


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes along with a message; components and embeds name it ``attachment://name``."""

    name: str
    content: bytes
    type: str


class DiscordRest:
    """Calls Discord as one bot, or, with ``None``, by the token inside an interaction's own address.

    Every method returns the answer's JSON (None when empty) or raises:
    ``TokenRefused``, ``Refused`` (``Closed`` when it is about direct messages), ``RateLimited``, ``NotSent`` (all four:
    nothing was done) and ``OutcomeUnknown`` (it may have been done). Paths may hold tokens: failures never carry them.
    """

    def __init__(self, token: Secret | None) -> None:
        self._token = token
        self._key = token_key(token.reveal() if token else "")

    def get(self, path: str, *, query: Mapping[str, str | int] | None = None) -> Any:
        """Reads."""
        return self._call("GET", path, query=query)

    def post(self, path: str, *, json: Any = None, files: Sequence[File] = (), query: Mapping[str, str | int] | None = None) -> Any:
        """Creates; ``files`` make it multipart, numbered in their order (attachment ids 0, 1, …)."""
        return self._call("POST", path, json=json, files=files, query=query)

    def patch(self, path: str, *, json: Any = None, files: Sequence[File] = ()) -> Any:
        """Changes what is there."""
        return self._call("PATCH", path, json=json, files=files)

    def put(self, path: str, *, json: Any = None) -> Any:
        """Replaces what is there."""
        return self._call("PUT", path, json=json)

    def delete(self, path: str) -> Any:
        """Removes."""
        return self._call("DELETE", path)

    def _call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        files: Sequence[File] = (),
        query: Mapping[str, str | int] | None = None,
        is_second_try: bool = False,
    ) -> Any:
        LIMITS.before(self._key, method, path)
        answer = self._send(method, path, json, files, query)
        LIMITS.after(self._key, method, path, answer.status_code, dict(answer.headers))
        if answer.status_code == 429:
            # A 429 is a plain "not done": waiting a little and asking once more is not a blind retry.
            pause = _retry_after(answer)
            if pause > MAX_WAIT_SECONDS or is_second_try:
                raise RateLimited(pause)
            return self._call(method, path, json=json, files=files, query=query, is_second_try=True)
        return self._read(answer)

    def _send(self, method: str, path: str, json: Any, files: Sequence[File], query: Mapping[str, str | int] | None) -> httpx.Response:
        headers = {"Authorization": f"Bot {self._token.reveal()}"} if self._token else {}
        body: dict[str, Any] = {}
        if files:
            parts: list[tuple[str, tuple[str | None, bytes, str]]] = [
                ("payload_json", (None, json_codec.dumps(json if json is not None else {}).encode(), "application/json"))
            ]
            parts += [(f"files[{at}]", (file.name, file.content, file.type)) for at, file in enumerate(files)]
            body["files"] = parts
        elif json is not None:
            body["json"] = json
        address = settings.ASTRA_DISCORD_API.rstrip("/") + path
        try:
            return _client(os.getpid()).request(method, address, headers=headers, params=query, **body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            LIMITS.failed(self._key)
            raise NotSent(None, reason=type(error).__name__) from None
        except httpx.HTTPError as error:
            LIMITS.failed(self._key)
            raise OutcomeUnknown(None, reason=type(error).__name__) from None

    def _read(self, answer: httpx.Response) -> Any:
        status = answer.status_code
        if status >= 500:
            LIMITS.failed(self._key)
            raise OutcomeUnknown(None, status=status)
        if status < 400:
            return _json(answer) if answer.content else None
        if status == 401 and self._token is not None:
            raise TokenRefused()
        body = _json(answer)
        facts = body if isinstance(body, dict) else {}
        code = facts.get("code")
        code = code if isinstance(code, int) else 0
        kind = Closed if code in CLOSED_CODES else Refused
        raise kind(status, code, str(facts.get("message", ""))[:300], _problems(facts.get("errors")))


@functools.lru_cache(maxsize=1)
def _client(process: int) -> httpx.Client:
    """One pool of connections per process (a forked child must not share its parent's sockets)."""
    for name in ("httpx", "httpcore"):  # they log addresses, and an interaction's address holds its token
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.Client(
        timeout=TIMEOUTS,
        headers={"User-Agent": f"DiscordBot ({settings.ASTRA_PUBLIC_URL}, {VERSION})", "Accept": "application/json"},
        limits=httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=20.0),
        mounts={"all://127.0.0.1": None, "all://localhost": None},
        follow_redirects=False,
    )


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _problems(errors: Any) -> tuple[tuple[str, str], ...]:
    """The tree of a refused form's errors as (first field, word) pairs."""
    if not isinstance(errors, dict):
        return ()
    found: list[tuple[str, str]] = []
    for field, branch in errors.items():
        todo = [branch]
        while todo and len(found) < 20:
            one = todo.pop()
            if isinstance(one, dict):
                found += [(str(field), str(entry.get("code", ""))) for entry in one.get("_errors", []) if isinstance(entry, dict)]
                todo += [value for key, value in one.items() if key != "_errors"]
    return tuple(found)


def _retry_after(answer: httpx.Response) -> float:
    body = _json(answer)
    value = body.get("retry_after") if isinstance(body, dict) else None
    try:
        return float(value if value is not None else answer.headers.get("retry-after", 1.0))
    except (TypeError, ValueError):
        return 1.0
