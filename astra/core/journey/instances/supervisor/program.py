"""``astra supervisor``: brings every instance with a process to what is wanted of it, one small step at a time."""

import argparse
import contextlib
import fcntl
import signal
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import IO

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from astra.core.foundation.telemetry.log import first_line
from astra.core.foundation.tenancy.acting import as_system
from astra.core.integrations.engines.engine import engine, engines_with_processes
from astra.core.integrations.engines.port import ABSENT, CopySeen, EngineAway
from astra.core.journey.instances.actions.advance_rollout import advance_rollout
from astra.core.journey.instances.actions.reconcile_instance import reconcile_instance, recorded
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.supervisor.core_watch import CoreWatch
from astra.core.journey.instances.supervisor.decide import decide
from astra.core.journey.instances.supervisor.due import differences, due_rows
from astra.core.journey.instances.supervisor.end_bots import end_bots

TICK_SECONDS = 1.0
STRAYS_EVERY_SECONDS = 30.0
# Every row against every copy: orphans, older generations, copies that vanished without a trace.
COMPARE_EVERY_SECONDS = 5.0
ROLL_EVERY_SECONDS = 2.0
# After a crash hundreds start again: this many a tick, so that neither the core nor Discord's doorstep is overrun.
STARTS_A_TICK = 20
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
        self._surveys: dict[str, dict[uuid.UUID, CopySeen]] = {}
        self._survey_again_at: dict[str, float] = {}
        self._away: set[str] = set()
        # Ended copies about which there was nothing to do: not asked about again until something changes, or the next comparison.
        self._settled: dict[uuid.UUID, CopySeen] = {}
        self._compare_at = self._strays_at = self._roll_at = float("-inf")

    def tick(self) -> list[tuple[uuid.UUID, str]]:
        """One look at every instance and at most one step for each; returns the steps that were taken."""
        close_old_connections()
        core_up_seconds = self._core.up_seconds()
        for name in engines_with_processes():
            self._survey(name)
        ended = {
            instance_id
            for name in self._surveys.keys() - self._away
            for instance_id, seen in self._surveys[name].items()
            if seen.state == "ended" and self._settled.get(instance_id) != seen
        }
        orphans: list[tuple[str, uuid.UUID]] = []
        with as_system():
            now = real_instant()
            if is_comparison := time.monotonic() >= self._compare_at:
                differing, orphans = differences({name: self._surveys[name] for name in self._surveys.keys() - self._away})
                ended |= differing
            rows = due_rows(self._surveys.keys() - self._away, now, ended)
        taken: list[tuple[uuid.UUID, str]] = []
        starts = 0
        for row in rows:
            seen = self._surveys[row.engine].get(row.id, ABSENT) if row.engine in self._surveys else ABSENT
            kind = decide(recorded(row), seen, now, core_up_seconds).kind
            if not kind and seen.state == "ended":
                self._settled[row.id] = seen
            starts += kind == "start"
            if kind and (kind != "start" or starts <= STARTS_A_TICK):
                taken += self._step(row, core_up_seconds)
        for name, instance_id in orphans:
            self._end_orphan(name, instance_id)
        if is_comparison:
            self._settled.clear()
            self._compare_at = time.monotonic() + COMPARE_EVERY_SECONDS
        self._end_strays()
        self._roll()
        return taken

    def _roll(self) -> None:
        if time.monotonic() < self._roll_at:
            return
        self._roll_at = time.monotonic() + ROLL_EVERY_SECONDS
        if word := advance_rollout():
            log.info("rollout", step=word)

    def _survey(self, name: str) -> None:
        """Asks an engine what runs; a slow one is asked less often, so that asking takes a tenth of the time at most."""
        started = time.monotonic()
        if started < self._survey_again_at.get(name, float("-inf")):
            return
        try:
            self._surveys[name] = engine(name).survey()
        except EngineAway:
            if name not in self._away:
                log.warning("engine.away", engine=name)
            self._away.add(name)  # its copies may well run: nothing is decided about them
        else:
            if name in self._away:
                log.info("engine.back", engine=name)
            self._away.discard(name)
        self._survey_again_at[name] = time.monotonic() + 9 * min(time.monotonic() - started, 1.0)

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

    def _end_orphan(self, name: str, instance_id: uuid.UUID) -> None:
        with contextlib.suppress(EngineAway):
            log.warning("orphan", instance=str(instance_id), engine=name)
            if engine(name).stop(instance_id):
                engine(name).forget(instance_id)

    def _end_strays(self) -> None:
        if time.monotonic() < self._strays_at:
            return
        self._strays_at = time.monotonic() + STRAYS_EVERY_SECONDS
        for name in self._surveys.keys() - self._away:
            with contextlib.suppress(EngineAway):
                if found := engine(name).end_strays():
                    log.warning("strays", engine=name, found=found)
