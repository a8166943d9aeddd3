"""What to do next for one instance with a process: a pure function of what is wanted, what is recorded and what is seen."""

import datetime
from dataclasses import dataclass
from typing import Literal

from astra.core.integrations.engines.port import CopySeen

HEARTBEAT_SECONDS = 10
MISSED_SECONDS = 3 * HEARTBEAT_SECONDS + 5
START_SECONDS = 45
GOODBYE_SECONDS = 5

StepKind = Literal["", "start", "end_copy", "fail", "falter", "rest"]
_RUNS = ("starting", "online", "degraded")


@dataclass(frozen=True, slots=True)
class Recorded:
    """The part of an instance's row that decides."""

    wanted_state: str
    seen_state: str
    reason: str
    generation: int
    since_at: datetime.datetime
    deadline_at: datetime.datetime | None
    last_heartbeat_at: datetime.datetime | None
    is_archived: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. Doing it twice, or being interrupted in it, is harmless: the next decision sees what is there."""

    kind: StepKind
    reason: str = ""


NOTHING = Step("")


def decide(row: Recorded, copy: CopySeen, now: datetime.datetime, core_up_seconds: float) -> Step:
    """The next step. While the core is away, or came back a moment ago, silence proves nothing and nobody is started."""
    if row.wanted_state == "stopped" or row.is_archived:
        if copy.state == "running":
            return Step("end_copy")
        return NOTHING if row.seen_state in ("stopped", "draft") else Step("rest")
    if copy.state == "running" and (row.seen_state not in _RUNS or copy.generation != row.generation):
        if row.seen_state == "errored" and (now - row.since_at).total_seconds() < GOODBYE_SECONDS:
            return NOTHING  # it said why it ends, and is ending
        return Step("end_copy")
    if row.seen_state in ("configured", "backoff"):
        is_time = row.deadline_at is None or now >= row.deadline_at
        return Step("start") if is_time and core_up_seconds > 0 else NOTHING
    if row.seen_state not in _RUNS:
        return NOTHING
    if copy.state != "running":
        return Step("fail", _reason_of_end(row, copy))
    return _watch(row, now, core_up_seconds)


def _watch(row: Recorded, now: datetime.datetime, core_up_seconds: float) -> Step:
    if core_up_seconds < MISSED_SECONDS:
        return NOTHING
    if row.seen_state == "starting":
        return Step("end_copy", "start_timeout") if row.deadline_at is not None and now >= row.deadline_at else NOTHING
    heard_at = row.last_heartbeat_at or row.since_at
    is_silent = (now - heard_at).total_seconds() > MISSED_SECONDS
    if row.seen_state == "online":
        return Step("falter", "heartbeat_missed") if is_silent else NOTHING
    if is_silent or (row.deadline_at is not None and now >= row.deadline_at):
        return Step("end_copy", row.reason)
    return NOTHING


def _reason_of_end(row: Recorded, copy: CopySeen) -> str:
    """We ended it ourselves for a reason, or it ended with one of its own."""
    if row.seen_state == "degraded" and row.reason == "heartbeat_missed":
        return row.reason
    if row.seen_state == "starting" and copy.reason in ("told_to_stop", "process_killed"):
        return "start_timeout"
    return copy.reason or "process_ended"
