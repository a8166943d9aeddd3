"""``astra supervisor``: brings every instance with a process to what is wanted of it, one small step at a time."""

import argparse
import contextlib
import fcntl
import signal
import sys
import threading
import uuid
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from astra.core.foundation.telemetry.log import first_line
from astra.core.foundation.tenancy.acting import as_system
from astra.core.integrations.engines.engine import engine, engines_with_processes
from astra.core.integrations.engines.port import EngineAway
from astra.core.journey.instances.actions.reconcile_instance import reconcile_instance, recorded
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.supervisor.core_watch import CoreWatch
from astra.core.journey.instances.supervisor.decide import decide
from astra.core.journey.instances.supervisor.end_bots import end_bots

TICK_SECONDS = 1.0
STRAYS_EVERY_TICKS = 30
ALREADY_RUNNING = 3

log = structlog.get_logger("astra.supervisor")


def main(argv: list[str]) -> int:
    """Supervises until SIGTERM or SIGINT; bots go on running. Django is set up by the caller.

    One per installation: a second one says so and ends with code 3. A database that goes away is waited for.
    """
    parser = argparse.ArgumentParser(prog="astra supervisor", description=__doc__)
    parser.add_argument("--tick-seconds", type=float, default=TICK_SECONDS)
    parser.add_argument(
        "--end-bots", action="store_true", help="end all bots of this installation and return; they start with the next supervisor"
    )
    options = parser.parse_args(argv)
    lock = only_one()
    if lock is None:
        print("Another supervisor of this installation is running. Nothing was started.", file=sys.stderr, flush=True)
        return ALREADY_RUNNING
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.end_bots:
        left = end_bots()
        lock.close()
        return 1 if left else 0
    supervisor = Supervisor()
    print("ready supervisor", flush=True)
    was_away = False
    while not stop.is_set():
        try:
            supervisor.tick()
            is_away = False
        except DatabaseError as error:
            is_away = True
            if not was_away:
                log.warning("database.away", error=type(error).__name__)
            connection.close()
        if was_away and not is_away:
            log.info("database.back")
        was_away = is_away
        stop.wait(options.tick_seconds)
    lock.close()
    return 0


def only_one() -> IO[str] | None:
    """The lock of the one supervisor of this installation, or None while another program holds it. Dies with its holder."""
    folder = Path(settings.ASTRA_HOME) / "bots"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = (folder / "supervisor.lock").open("w", encoding="ascii")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.close()
        return None
    return handle


class Supervisor:
    """Looks at all instances, tick by tick. Remembers nothing that matters: rows and the engines' records do."""

    def __init__(self) -> None:
        self._core = CoreWatch()
        self._ticks = 0

    def tick(self) -> list[tuple[uuid.UUID, str]]:
        """One look at every instance and at most one step for each; returns the steps that were taken."""
        close_old_connections()
        core_up_seconds = self._core.up_seconds()
        taken: list[tuple[uuid.UUID, str]] = []
        names = engines_with_processes()
        away: set[str] = set()
        with as_system():
            now = real_instant()
            rows = list(Instance.objects.filter(engine__in=names).order_by("id"))
        for row in rows:
            if row.engine in away:
                continue
            try:
                seen = engine(row.engine).look(row.id)
            except EngineAway:
                away.add(row.engine)  # its copies may well run: nothing is decided about them
                log.warning("engine.away", engine=row.engine)
                continue
            if decide(recorded(row), seen, now, core_up_seconds).kind:
                taken += self._step(row, core_up_seconds)
        for name in names:
            with contextlib.suppress(EngineAway):
                self._end_orphans(name, {row.id for row in rows if row.engine == name})
        self._ticks += 1
        return taken

    def _step(self, row: Instance, core_up_seconds: float) -> list[tuple[uuid.UUID, str]]:
        try:
            word = reconcile_instance(seller_id=row.seller_id, instance_id=row.id, core_up_seconds=core_up_seconds)
        except DatabaseError:
            raise
        except Exception as error:  # one instance's trouble must not stop the care for all others
            log.error("step.failed", instance=str(row.id), error=type(error).__name__, detail=first_line(error))
            return []
        if not word:
            return []
        log.info("step", instance=str(row.id), step=word, state=row.seen_state, generation=row.generation)
        return [(row.id, word)]

    def _end_orphans(self, name: str, wanted: set[uuid.UUID]) -> None:
        runner = engine(name)
        for instance_id in list(runner.known()):
            if instance_id not in wanted:
                log.warning("orphan", instance=str(instance_id), engine=name)
                if runner.stop(instance_id):
                    runner.forget(instance_id)
        if self._ticks % STRAYS_EVERY_TICKS == 0 and (found := runner.end_strays()):
            log.warning("strays", engine=name, found=found)
