"""Carries interactions to an application's address by signed HTTP, and proves that address before it is used."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from astra.sandbox.discord.body import Upload, gather
from astra.sandbox.discord.refusal import Json, Refusal, bad_field
from astra.sandbox.discord.rows import Application

from .signing import sign

ANSWER_SECONDS = 3.0
PROBE_SECONDS = 5.0
REFUSED = (400, 401)  # 401 is what Discord asks for; hikari's server says 400, and is taken there
INVALID_ADDRESS = "APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID"


@dataclass
class Answer:
    """What the application sent back. `body` None: it answers by the callback route instead."""

    body: Json | None
    uploads: list[Upload] = field(default_factory=list)


class Undelivered(Exception):
    """The application did not answer, or not with an interaction's answer; says why, for the developer."""


class Courier:
    """One HTTP client for all applications."""

    def __init__(self) -> None:
        self._client: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Opens the client."""
        self._client = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), trust_env=False)

    async def stop(self) -> None:
        """Closes it."""
        if self._client is not None:
            await self._client.close()

    async def carry(self, application: Application, payload: Json) -> Answer:
        """Posts an interaction and reads the answer. Raises Undelivered."""
        raw = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
        try:
            async with self._post(application.endpoint_url or "", raw, application, ANSWER_SECONDS) as answer:
                if answer.status in (202, 204):
                    return Answer(None)
                if answer.status != 200:
                    raise Undelivered(f"the address answered {answer.status}")
                if answer.content_type == "multipart/form-data":
                    return await _read_parts(answer)
                body = json.loads(await answer.read())
        except (aiohttp.ClientError, TimeoutError, ValueError) as problem:
            raise Undelivered(f"{type(problem).__name__}: {problem}") from None
        if not isinstance(body, dict):
            raise Undelivered("the answer is not a JSON object")
        return Answer(body)

    async def prove(self, application: Application, url: str, ping: Json) -> None:
        """Sends a good PING and one with a forged signature. Raises Refusal 50035 unless both are treated rightly."""
        raw = json.dumps(ping, separators=(",", ":")).encode()
        try:
            async with self._post(url, raw, application, PROBE_SECONDS) as good:
                answer = json.loads(await good.read()) if good.status == 200 else None
            forged = secrets.token_hex(64)
            async with self._post(url, raw, application, PROBE_SECONDS, signature=forged) as bad:
                refused = bad.status in REFUSED
        except (aiohttp.ClientError, TimeoutError, ValueError):
            answer, refused = None, False
        if not (isinstance(answer, dict) and answer.get("type") == 1 and refused):
            raise bad_field("interactions_endpoint_url", INVALID_ADDRESS, "The specified interactions endpoint url could not be verified.")

    def _post(self, url: str, raw: bytes, application: Application, seconds: float, signature: str | None = None) -> Any:
        if self._client is None:
            raise RuntimeError("the courier has not started")
        timestamp = str(int(time.time()))  # real time, whatever the sandbox's clock says
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
            "X-Signature-Timestamp": timestamp,
            "X-Signature-Ed25519": signature or sign(application.signing_seed, timestamp, raw),
        }
        timeout = aiohttp.ClientTimeout(total=seconds)
        return self._client.post(url, data=raw, headers=headers, timeout=timeout, allow_redirects=False)


async def _read_parts(answer: aiohttp.ClientResponse) -> Answer:
    parts = []
    reader = aiohttp.MultipartReader.from_response(answer)
    while (part := await reader.next()) is not None:
        if isinstance(part, aiohttp.BodyPartReader):
            kind = part.headers.get("Content-Type", "")
            parts.append((part.name or "", part.filename, kind, bytes(await part.read(decode=True))))
    try:
        payload, uploads = gather(parts)
    except Refusal as refusal:
        raise Undelivered(refusal.message) from None
    return Answer(payload, uploads)
