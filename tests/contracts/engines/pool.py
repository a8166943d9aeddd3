"""``pool`` under test: the real pool process with the real socket; only the life of a copy is a stand-in's."""

import contextlib
import json
import os
import signal
import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from astra.core.integrations.engines import pool
from astra.core.integrations.engines.local_record import birth_mark
from astra.core.integrations.engines.pool import PoolEngine
from astra.core.integrations.engines.port import Engine, StartOrder
from tests.contracts.engines.local import At

STAND_IN = """
import asyncio, json, os, sys
from astra.bot import pool, program
from astra.bot.ending import Ending
from astra.bot.log import SPEAKER
from astra.protocol import endings

class StandIn:
    def __init__(self, core_url, lines, hiding, *, beat_seconds):
        self.core_url, self.hiding, self.over = core_url, hiding, asyncio.get_running_loop().create_future()
    def end(self, ending):
        if behaviour != "deaf" and not self.over.done():
            self.over.set_result(ending)
    def say(self, line):
        self.hiding._tails[SPEAKER.get()].append(line)
    async def run(self, ticket):
        argv = ["--instance", SPEAKER.get(), "--core", self.core_url, *sys.argv[1:]]
        self.say("given " + json.dumps({"ticket": ticket, "argv": argv, "env": dict(os.environ), "sid": os.getsid(0), "pid": os.getpid()}))
        if behaviour.startswith("ends:"):
            return Ending(int(behaviour[5:]), "")
        if behaviour == "deaf":
            self.say("deaf")
        if behaviour == "fails":
            raise RuntimeError("one copy's trouble")
        while behaviour == "talks" and not self.over.done():
            self.say("x" * 999)
            await asyncio.sleep(0.01)
        return await self.over

pool.Life = StandIn
sys.exit(program.main(sys.argv[1:]))
"""

SLEEPS = f"behaviour = 'sleeps'\n{STAND_IN}"


class PoolOf(PoolEngine):
    """Copies that behave otherwise go into another process, as those of another release do."""

    def __init__(self, behaviour: str) -> None:
        super().__init__(("-c", f"behaviour = {behaviour!r}\n{STAND_IN}"))
        self.behaviour = behaviour

    def start(self, order: StartOrder) -> None:
        super().start(replace(order, release=order.release or self.behaviour))


class PoolInTest:
    """Processes, sockets and lists lie in the test's own folder."""

    name = "pool"
    has_processes = True
    patience_seconds = 0.5

    def __init__(self, settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
        settings.ASTRA_HOME = str(tmp_path)
        self.home, self._settings = tmp_path, settings
        monkeypatch.setattr(pool, "PATIENCE_SECONDS", self.patience_seconds)

    def supervisor(self, behaviour: str = "sleeps") -> PoolEngine:
        """An adapter that is nobody's parent yet and knows only what is on disk."""
        return PoolOf(behaviour)

    def elsewhere(self) -> Engine:
        """The engine with another folder."""
        return At(str(self.home / "other"), self._settings, PoolEngine())

    def processes(self) -> dict[int, int]:
        """Number → pid of what is on disk and runs."""
        found = [json.loads(path.read_text()) for path in sorted((self.home / "bots" / "pool").glob("*.json"))]
        return {one["number"]: one["pid"] for one in found if birth_mark(one["pid"]) == one["born"]}

    def kill(self, instance_id: uuid.UUID) -> None:
        """SIGKILL to the process that the copy shares."""
        for number, pid in self.processes().items():
            if str(instance_id) in (self.home / "bots" / "pool" / f"{number}.copies").read_text():
                os.kill(pid, signal.SIGKILL)

    def starting_program(self, instance_id: uuid.UUID) -> str:
        """As a supervisor that dies at once."""
        return (
            "import django, os, uuid\n"
            "django.setup()\n"
            "from django.conf import settings\n"
            f"settings.ASTRA_HOME = {str(self.home)!r}\n"
            "from astra.core.foundation.sealing.secret import Secret\n"
            "from astra.core.integrations.engines.pool import PoolEngine\n"
            "from astra.core.integrations.engines.port import StartOrder\n"
            f"program = {SLEEPS!r}\n"
            f"PoolEngine(('-c', program)).start(StartOrder(uuid.UUID({str(instance_id)!r}), 7, Secret('t'), 'http://127.0.0.1:1'))\n"
            "print('started', flush=True)\n"
            "os.kill(os.getpid(), 9)\n"
        )

    def close(self) -> None:
        """Kills what runs."""
        for pid in self.processes().values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
