"""``astra worker``: runs jobs, and sweeps for what a lost job left behind."""

import argparse
import asyncio
import contextlib
import signal
import threading
import time
from typing import Any

import structlog

from astra.core.project.programs.django_up import set_up
from astra.core.project.programs.safe_start import refuse_unsafe_start

SWEEP_SECONDS = 10
PAUSE_SECONDS = 1

log = structlog.get_logger("astra.worker")


def main(argv: list[str]) -> int:
    """Works until SIGTERM or SIGINT. A database that goes away is waited for, not died of."""
    parser = argparse.ArgumentParser(prog="astra worker", description=__doc__)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--sweep-seconds", type=float, default=SWEEP_SECONDS)
    options = parser.parse_args(argv)
    set_up()
    refuse_unsafe_start()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sweeper = threading.Thread(target=_sweep, args=(stop, options.sweep_seconds), name="sweeps", daemon=True)
    sweeper.start()
    print("ready worker", flush=True)
    while not stop.is_set():
        try:
            asyncio.run(_work(options.concurrency, stop))
        except Exception as error:
            log.warning("worker.interrupted", error=type(error).__name__)
        # After a restart of the database the worker returns without an error: it is started again, always.
        stop.wait(PAUSE_SECONDS)
    sweeper.join(timeout=5)
    return 0


async def _work(concurrency: int, stop: threading.Event) -> None:
    from procrastinate.contrib.django import app

    from astra.core.foundation.jobs import run_in_seller

    # A second app for the worker's own connection: what jobs enqueue still goes through Django's, in their transaction.
    connector: Any = app.connector
    worker = app.with_connector(connector.get_worker_connector())
    async with worker.open_async():
        work = asyncio.create_task(
            worker.run_worker_async(
                concurrency=concurrency,
                delete_jobs="successful",
                install_signal_handlers=False,
                task_middleware=[run_in_seller],
                fetch_job_polling_interval=2,
                shutdown_graceful_timeout=10,
            )
        )
        while not stop.is_set() and not work.done():
            await asyncio.wait([work], timeout=0.2)
        if not work.done():
            work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


def _sweep(stop: threading.Event, every_seconds: float) -> None:
    from django.db import close_old_connections

    from astra.core.foundation.telemetry.log import first_line
    from astra.core.project.wiring import sweeps

    while not stop.is_set():
        for sweep in sweeps():
            close_old_connections()
            started = time.monotonic()
            try:
                found = sweep()
            except Exception as error:
                log.warning("sweep.failed", sweep=sweep.__name__, error=type(error).__name__, detail=first_line(error))
                continue
            if found:
                log.info("sweep.found", sweep=sweep.__name__, found=found, ms=round((time.monotonic() - started) * 1000))
        _rest(stop, every_seconds)


def _rest(stop: threading.Event, seconds: float) -> None:
    """Waits for the next round; where time may be moved, only until somebody moves it: what became due then is done at once."""
    from django.conf import settings
    from django.db import DatabaseError

    from astra.core.foundation.moving_clock import MOVABLE_IN, clock_offset

    if settings.ASTRA_ENVIRONMENT not in MOVABLE_IN:
        stop.wait(seconds)
        return
    until = time.monotonic() + seconds
    with contextlib.suppress(DatabaseError):  # said by the next round
        before = clock_offset()
        while (left := until - time.monotonic()) > 0 and not stop.wait(min(left, PAUSE_SECONDS)):
            if clock_offset() != before:
                return
        return
    stop.wait(max(until - time.monotonic(), 0))
