"""Jobs on procrastinate: thin, idempotent, with ids for arguments. The queue only wakes somebody up; rows own the state."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.db import close_old_connections
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from astra.core.foundation.telemetry.log import first_line
from astra.core.foundation.telemetry.metrics import JOB_SECONDS
from astra.core.foundation.tenancy.acting import bound_to

log = structlog.get_logger("astra.jobs")

Function = TypeVar("Function", bound=Callable[..., Any])

# Jobs that belong to no seller: they find their seller themselves. Everything else must carry seller_id.
SYSTEM_JOBS: set[str] = set()

_known: dict[str, Any] = {}


class UnknownJob(LookupError):
    """A job was named that nobody declared: a programming error."""


def job(name: str, *, queue: str = "default", retries: int = 5, system: bool = False) -> Callable[[Function], Function]:
    """Declares a function as a job under a name. It takes ids as keyword strings and tolerates unknown ones (``**_``).

    Jobs are not inside a transaction: they open ``acting_for`` blocks themselves and call networks between them. A job
    with ``system=True`` has no seller_id.
    """
    if system:
        SYSTEM_JOBS.add(name)

    def declare(function: Function) -> Function:
        queue_app: Any = app
        _known[name] = queue_app.task(
            function,
            name=name,
            queue=queue,
            retry=RetryStrategy(max_attempts=retries, exponential_wait=2),
        )
        return function

    return declare


def enqueue(name: str, *, delay_seconds: int = 0, **arguments: Any) -> None:
    """Defers a job in the current transaction. Raises UnknownJob for a name nobody declared."""
    if name not in _known:
        raise UnknownJob(name)
    if name not in SYSTEM_JOBS and not arguments.get("seller_id"):
        raise ValueError(f"{name} needs the seller it works for.")
    texts = {key: None if value is None else str(value) for key, value in arguments.items()}
    task = _known[name]
    if delay_seconds:
        task.configure(schedule_in={"seconds": delay_seconds}).defer(**texts)
    else:
        task.defer(**texts)


def known_jobs() -> list[str]:
    """The names of all declared jobs."""
    return sorted(_known)


def run_in_seller(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """procrastinate's task middleware: binds a job to its seller, so that a block for another one raises."""
    arguments = context.job.task_kwargs
    if context.job.task_name not in SYSTEM_JOBS and not arguments.get("seller_id"):
        raise ValueError(f"{context.job.task_name} came without its seller.")
    name = context.job.task_name
    # A connection that the database closed meanwhile is noticed here, not by the job's first statement.
    close_old_connections()
    started, outcome = time.perf_counter(), "failed"
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(job=name, job_id=context.job.id)
    try:
        with bound_to(None if name in SYSTEM_JOBS else arguments.get("seller_id")):
            result = call_next()
        outcome = "done"
        return result
    except Exception as error:
        log.warning("job.failed", error=type(error).__name__, detail=first_line(error), attempt=context.job.attempts)
        raise
    finally:
        JOB_SECONDS.labels(name, outcome).observe(time.perf_counter() - started)
        close_old_connections()


def function_of(name: str) -> Callable[..., Any]:
    """The function behind a job's name. Raises UnknownJob."""
    if name not in _known:
        raise UnknownJob(name)
    function: Callable[..., Any] = _known[name].func
    return function
