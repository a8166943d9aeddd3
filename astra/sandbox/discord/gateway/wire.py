"""One open websocket: frames go out in order, as text or as one compressed stream."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import web

from .squeeze import Squeeze


class Wire:
    """Writes to `socket` from a queue, so that whoever tells news never waits for a slow reader."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, *, squeeze: Squeeze | None) -> None:
        self._socket = socket
        self._request = request
        self._squeeze = squeeze
        self._frames: asyncio.Queue[str | int] = asyncio.Queue()
        self._task = asyncio.create_task(self._write())
        self.open = True

    def put(self, frame: str) -> None:
        """Sends `frame` after the ones before it."""
        if self.open:
            self._frames.put_nowait(frame)

    def close(self, code: int) -> None:
        """Closes with `code` once everything before is out."""
        if self.open:
            self.open = False
            self._frames.put_nowait(code)

    def cut(self) -> None:
        """Breaks the connection without a word, as a dying network does."""
        self.open = False
        self._task.cancel()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def stop(self) -> None:
        """Ends the writer, after what is queued if a close is under way."""
        if self.open:
            self.open = False
            self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _write(self) -> None:
        while True:
            item = await self._frames.get()
            try:
                if isinstance(item, int):
                    await self._socket.close(code=item, message=REASONS.get(item, "").encode(), drain=False)
                    return
                if self._squeeze is None:
                    await self._socket.send_str(item)
                else:
                    await self._socket.send_bytes(self._squeeze(item.encode()))
            except (ConnectionError, RuntimeError):
                self.open = False
                return


REASONS = {
    4000: "Unknown error.",
    4001: "Unknown opcode.",
    4002: "Error while decoding payload.",
    4003: "Not authenticated.",
    4004: "Authentication failed.",
    4005: "Already authenticated.",
    4007: "Invalid seq.",
    4008: "Rate limited.",
    4009: "Session timed out.",
    4010: "Invalid shard.",
    4011: "Sharding required.",
    4012: "Invalid API version.",
    4013: "Invalid intent(s).",
    4014: "Disallowed intent(s).",
}
