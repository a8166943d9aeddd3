"""Many instances in one process. Each has a life of its own; what ends one leaves the others alone."""

import asyncio
import json
import logging
import signal
import socket
from dataclasses import dataclass, field
from typing import Any

from astra.bot.ending import Ending
from astra.bot.heart import BEAT_SECONDS
from astra.bot.life import Life
from astra.bot.lines import Lines
from astra.bot.log import SPEAKER, HidingFormatter
from astra.protocol import endings
from astra.protocol.parse import BadMessage
from astra.protocol.pool import LONGEST_LINE, PooledCopy, PoolOrder

# A pool in which nothing lives and nothing is remembered for so long goes home.
EMPTY_SECONDS = 60.0
GOODBYE_SECONDS = 6.0

log = logging.getLogger("astra.bot.pool")


@dataclass
class Member:
    """One copy: its life while it runs, how it ended afterwards (until the supervisor says that it knows)."""

    generation: int
    life: Life | None
    exit_code: int | None = None
    task: "asyncio.Task[int] | None" = field(default=None, repr=False)


class Pool:
    """Listens to its supervisor and to nobody else: the socket lies in a folder that only this user can enter."""

    def __init__(
        self, hiding: HidingFormatter, *, most: int = 500, beat_seconds: float = BEAT_SECONDS, empty_seconds: float = EMPTY_SECONDS
    ) -> None:
        self._hiding = hiding
        self._most = most
        self._beat_seconds = beat_seconds
        self._empty_seconds = empty_seconds
        self._members: dict[str, Member] = {}
        self._over = asyncio.Event()
        self._lines = Lines()
        # Counts what the list would tell otherwise than before.
        self._changes = 0

    def end(self) -> None:
        """Ends every copy, then the process."""
        self._over.set()

    async def run(self, control: socket.socket) -> None:
        """Serves until it is told to end, or has been empty for a while."""
        async with self._lines:
            server = await asyncio.start_unix_server(self._serve, sock=control, limit=LONGEST_LINE)
            log.info("pool of at most %s", self._most)
            async with server:
                await self._until_over()
            for member in self._members.values():
                self._ask_to_end(member)
            tasks = [member.task for member in self._members.values() if member.task]
            if tasks:
                await asyncio.wait(tasks, timeout=GOODBYE_SECONDS)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _until_over(self) -> None:
        while not self._over.is_set():
            try:
                await asyncio.wait_for(self._over.wait(), self._empty_seconds)
            except TimeoutError:
                if not self._members:
                    log.info("empty: ends")
                    return

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                try:
                    answer = self._obey(PoolOrder.read(json.loads(line)))
                except (ValueError, BadMessage) as error:
                    answer = {"error": f"bad_message: {error}"}
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass
        finally:
            writer.close()

    def _obey(self, order: PoolOrder) -> dict[str, Any]:
        member = self._members.get(order.instance)
        if order.verb == "list":
            return self._list(order, member)
        if order.verb == "start":
            return self._start(order, member)
        if order.verb == "log":
            return {"lines": self._hiding.tail(order.instance)[-order.lines :]}
        if member is not None:
            self._change(order, member)
        return {"gone": member is None or member.exit_code is not None}

    def _list(self, order: PoolOrder, member: Member | None) -> dict[str, Any]:
        mark = str(self._changes)
        if not order.instance and order.mark == mark:
            return {"same": True, "mark": mark}
        asked = self._members.items() if not order.instance else [(order.instance, member)] if member else []
        return {"copies": [PooledCopy(name, one.generation, one.exit_code).packed() for name, one in asked], "mark": mark}

    def _start(self, order: PoolOrder, member: Member | None) -> dict[str, Any]:
        if self._over.is_set():
            return {"error": "process_ended"}
        if member is not None and member.exit_code is None:
            return {"error": "copy_still_runs"}
        if sum(one.exit_code is None for one in self._members.values()) >= self._most:
            return {"error": "pool_full"}
        life = Life(order.core_url, self._lines, self._hiding, beat_seconds=self._beat_seconds)
        made = self._members[order.instance] = Member(order.generation, life)
        self._changes += 1
        made.task = asyncio.create_task(self._live(order, life))
        made.task.add_done_callback(lambda task: self._ended(made, task))
        return {"ok": True}

    def _change(self, order: PoolOrder, member: Member) -> None:
        if order.verb == "stop" and member.exit_code is None:
            self._ask_to_end(member)
        elif order.verb == "kill" and member.task is not None and member.exit_code is None:
            member.task.cancel()
        elif order.verb == "forget" and member.exit_code is not None:
            del self._members[order.instance]
            self._changes += 1
            self._hiding.drop_tail(order.instance)

    @staticmethod
    def _ask_to_end(member: Member) -> None:
        if member.life is not None:
            member.life.end(Ending(endings.TOLD_TO_STOP, "told_to_stop"))

    async def _live(self, order: PoolOrder, life: Life) -> int:
        SPEAKER.set(order.instance)
        self._hiding.keep_tail(order.instance)
        return (await life.run(order.ticket)).exit_code

    def _ended(self, member: Member, task: "asyncio.Task[int]") -> None:
        member.life = member.task = None
        self._changes += 1
        if task.cancelled():
            member.exit_code = -int(signal.SIGKILL)  # as a process that did not listen would have ended
        elif (error := task.exception()) is not None:
            log.error("it failed: %s", type(error).__name__)
            member.exit_code = endings.CRASHED
        else:
            member.exit_code = task.result()
