"""The gateway's heartbeat as a task of the loop: discord.py starts a thread per bot for it, and a pool holds hundreds of bots."""

import asyncio
import logging
import time
from typing import Any

log = logging.getLogger("astra.bot.gateway")


class KeepAlive:
    """Takes the place of discord.py's ``KeepAliveHandler``; the websocket calls the methods without an underscore.

    A gateway that has said nothing for longer than the library's own limit is closed with 4000, so that it resumes.
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
        while True:
            await asyncio.sleep(self.interval or 41.25)
            try:
                if self._last_recv + self.heartbeat_timeout < time.perf_counter():
                    log.warning("the gateway says nothing any more")
                    await self.ws.close(4000)
                    return
                await self.ws.send_heartbeat(self.get_payload())
                self._last_send = time.perf_counter()
            except Exception as error:  # the connection goes this very moment: whoever reads from it sees that too
                log.info("the heartbeat stopped: %s", type(error).__name__)
                return
