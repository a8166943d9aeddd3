"""News travels forward: a stage emits an event, one table in project/wiring.py says which jobs it starts."""

import dataclasses
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from astra.core.foundation.jobs import enqueue

_wiring: dict[str, tuple[str, ...]] = {}


@dataclasses.dataclass(frozen=True)
class Event:
    """Something that happened. Fields are ids and short words only: they become the jobs' arguments."""

    seller_id: uuid.UUID


def connect(table: Mapping[type[Event], Iterable[str]]) -> None:
    """Takes the table event → names of jobs. Called once, by the project."""
    _wiring.clear()
    _wiring.update({event.__name__: tuple(jobs) for event, jobs in table.items()})


def emit(event: Event) -> None:
    """Defers the jobs of an event in the current transaction: they exist if, and only if, it commits."""
    arguments: dict[str, Any] = {
        field.name: None if (value := getattr(event, field.name)) is None else str(value) for field in dataclasses.fields(event)
    }
    for job in _wiring.get(type(event).__name__, ()):
        enqueue(job, **arguments)
