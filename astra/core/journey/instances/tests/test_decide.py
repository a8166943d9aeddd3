"""What the supervisor does next, situation by situation."""

import datetime
from typing import Any

import pytest

from astra.core.integrations.engines.port import ABSENT, CopySeen
from astra.core.journey.instances.machine import STATES
from astra.core.journey.instances.supervisor.decide import MISSED_SECONDS, NOTHING, Recorded, Step, decide

NOW = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)
RUNNING = CopySeen("running", 4)
UP = 3600.0


def ago(seconds: float) -> datetime.datetime:
    return NOW - datetime.timedelta(seconds=seconds)


def row(seen_state: str, **changed: Any) -> Recorded:
    given: dict[str, Any] = {
        "wanted_state": "running", "seen_state": seen_state, "reason": "", "generation": 4, "since_at": ago(1000),
        "deadline_at": None, "last_heartbeat_at": ago(5), "is_archived": False,
    }  # fmt: skip
    return Recorded(**(given | changed))


def after(record: Recorded, copy: CopySeen, core_up_seconds: float = UP) -> Step:
    return decide(record, copy, NOW, core_up_seconds)


@pytest.mark.parametrize("seen_state", STATES)
def test_what_is_wanted_stopped_is_ended_then_rests(seen_state):
    for wanted in ({"wanted_state": "stopped"}, {"is_archived": True}):
        assert after(row(seen_state, **wanted), RUNNING).kind == "end_copy"
        expected = NOTHING if seen_state in ("stopped", "draft") else Step("rest")
        assert after(row(seen_state, **wanted), ABSENT) == expected
        assert after(row(seen_state, **wanted), CopySeen("ended", 4, "told_to_stop"), core_up_seconds=0) == expected


@pytest.mark.parametrize("seen_state", ["configured", "backoff"])
def test_it_is_started_when_it_is_time_and_the_core_is_there(seen_state):
    assert after(row(seen_state), ABSENT) == Step("start")
    assert after(row(seen_state, deadline_at=ago(0)), CopySeen("ended", 3, "process_ended")) == Step("start")
    assert after(row(seen_state, deadline_at=ago(-1)), ABSENT) == NOTHING
    assert after(row(seen_state), ABSENT, core_up_seconds=0) == NOTHING


@pytest.mark.parametrize("seen_state", ["configured", "backoff", "errored", "quarantined", "stopped"])
def test_a_copy_that_should_not_run_is_ended_first(seen_state):
    assert after(row(seen_state), RUNNING).kind == "end_copy"


def test_a_copy_that_says_goodbye_is_given_a_moment():
    assert after(row("errored", since_at=ago(4)), RUNNING) == NOTHING
    assert after(row("errored", since_at=ago(6)), RUNNING).kind == "end_copy"


@pytest.mark.parametrize("seen_state", ["errored", "quarantined"])
def test_who_waits_for_a_person_waits(seen_state):
    assert after(row(seen_state, deadline_at=ago(9999)), ABSENT) == NOTHING


@pytest.mark.parametrize("seen_state", ["starting", "online", "degraded"])
def test_a_copy_of_another_generation_is_ended(seen_state):
    assert after(row(seen_state), CopySeen("running", 3)).kind == "end_copy"


@pytest.mark.parametrize("seen_state", ["starting", "online", "degraded"])
def test_death_is_a_failure_with_the_reason_of_the_end(seen_state):
    assert after(row(seen_state), CopySeen("ended", 4, "token_invalid")) == Step("fail", "token_invalid")
    assert after(row(seen_state), ABSENT) == Step("fail", "process_ended")
    # Death is seen by the engine, not by silence: it counts while the core is away too.
    assert after(row(seen_state), CopySeen("ended", 4, "session_ended"), core_up_seconds=0).kind == "fail"


def test_three_missed_heartbeats_degrade_then_end_the_copy_then_fail():
    assert after(row("online", last_heartbeat_at=ago(MISSED_SECONDS)), RUNNING) == NOTHING
    silent = {"last_heartbeat_at": ago(MISSED_SECONDS + 1)}
    assert after(row("online", **silent), RUNNING) == Step("falter", "heartbeat_missed")
    degraded = row("degraded", reason="heartbeat_missed", **silent)
    assert after(degraded, RUNNING) == Step("end_copy", "heartbeat_missed")
    assert after(degraded, CopySeen("ended", 4, "process_killed")) == Step("fail", "heartbeat_missed")


@pytest.mark.parametrize("up", [0.0, 1.0, MISSED_SECONDS - 1])
def test_silence_proves_nothing_while_the_core_is_away_or_just_back(up):
    silent = {"last_heartbeat_at": ago(9999), "deadline_at": ago(9999)}
    for seen_state in ("starting", "online", "degraded"):
        assert after(row(seen_state, **silent), RUNNING, core_up_seconds=up) == NOTHING


def test_a_start_that_takes_too_long_is_ended_and_fails():
    assert after(row("starting", deadline_at=ago(-1), last_heartbeat_at=None), RUNNING) == NOTHING
    late = row("starting", deadline_at=ago(1), last_heartbeat_at=None)
    assert after(late, RUNNING) == Step("end_copy", "start_timeout")
    assert after(late, CopySeen("ended", 4, "told_to_stop")) == Step("fail", "start_timeout")


def test_a_lost_gateway_is_given_time_then_a_fresh_process():
    lost = {"reason": "gateway_lost", "last_heartbeat_at": ago(2)}
    assert after(row("degraded", deadline_at=ago(-10), **lost), RUNNING) == NOTHING
    assert after(row("degraded", deadline_at=ago(1), **lost), RUNNING) == Step("end_copy", "gateway_lost")


def test_a_healthy_copy_is_left_alone():
    assert after(row("online"), RUNNING) == NOTHING
    assert after(row("starting", deadline_at=ago(-30)), RUNNING) == NOTHING
