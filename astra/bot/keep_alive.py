"""The gateway's heartbeat as a task of the loop: discord.py starts a thread per bot for it, and a pool holds hundreds of bots."""

import asyncio
import contextlib
import logging
import socket
import time
from typing import Any

# What Discord asks for.
INTERVAL_SECONDS = 41.25
# After a heartbeat the gateway has so long to say anything at all, and once more a moment: a process that hung reads first.
ANSWER_SECONDS = 11.0
READING_SECONDS = 1.0

log = logging.getLogger("astra.bot.gateway")


class KeepAlive:
    """Takes the place of discord.py's ``KeepAliveHandler``; the websocket calls the methods without an underscore.

    A gateway that has said nothing for longer than the library's own limit is hung up on, so that it resumes. So is one that says
    nothing after a heartbeat, neither its answer nor anything else: a connection can die without a word, and with it the word that the
    token is dead. 41.25 s between two heartbeats, these seconds and a resumption are less than the minute in which that must be seen.
    """

    def __init__(self, *, ws: Any, interval: float | None = None, shard_id: int | None = None, **_: Any) -> None:
        self.ws = ws
        self.interval = interval
        self.shard_id = shard_id
        self.latency = float("inf")
        self.heartbeat_timeout: float = ws._max_heartbeat_timeout
        self._last_send = self._last_recv = time.perf_counter()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to beat."""
        self._task = asyncio.get_running_loop().create_task(self._beat())

    def stop(self) -> None:
        """Beats no more."""
        if self._task is not None:
            self._task.cancel()

    def get_payload(self) -> dict[str, Any]:
        """One heartbeat."""
        return {"op": self.ws.HEARTBEAT, "d": self.ws.sequence}

    def beat(self) -> dict[str, Any]:
        """A heartbeat that the gateway asked for."""
        self._last_send = time.perf_counter()
        return self.get_payload()

    def tick(self) -> None:
        """Something came from the gateway."""
        self._last_recv = time.perf_counter()

    def ack(self) -> None:
        """The gateway heard the heartbeat."""
        self.latency = time.perf_counter() - self._last_send

    async def _beat(self) -> None:
        interval = self.interval or INTERVAL_SECONDS
        patience = min(ANSWER_SECONDS, interval / 2)
        await asyncio.sleep(interval)
        while True:
            try:
                if self._last_recv + self.heartbeat_timeout < time.perf_counter() or not await self._is_answered(patience):
                    log.warning("the gateway says nothing any more")
                    self._hang_up()
                    return
                await asyncio.sleep(interval - patience)
            except Exception as error:  # the connection goes this very moment: whoever reads from it sees that too
                log.info("the heartbeat stopped: %s", type(error).__name__)
                return

    def _hang_up(self) -> None:
        """Cuts the line, which the library takes up again. A goodbye would wait half a minute for its answer on a line that is dead."""
        line = self.ws.socket.get_extra_info("socket")
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    async def _is_answered(self, patience: float) -> bool:
        """Beats, and waits for whatever comes."""
        began_at = time.perf_counter()
        await self.ws.send_heartbeat(self.get_payload())
        self._last_send = time.perf_counter()
        await asyncio.sleep(patience)
        if self._last_recv < began_at:
            await asyncio.sleep(min(READING_SECONDS, patience))
        return self._last_recv >= began_at
