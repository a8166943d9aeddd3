"""What every engine promises: one suite, run against each of ``conftest.ENGINES``. What only one can promise has a file of its own."""

import json
import os
import subprocess
import sys
import time
import uuid

import pytest

from astra.core.integrations.engines.engine import ADAPTERS, UnknownEngine, engine, engines_with_processes
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen
from astra.protocol.endings import REASONS
from tests.contracts.conftest import ENGINES
from tests.contracts.engines.engine_in_test import TICKET, given, order, until


def test_every_adapter_is_under_test():
    assert set(ADAPTERS) == set(ENGINES)


def test_adapters_come_by_name():
    assert (engine("none").name, engine("local").name) == ("none", "local")
    assert "local" in engines_with_processes()
    assert "none" not in engines_with_processes()
    with pytest.raises(UnknownEngine):
        engine("engine-in-dreams")


def test_nothing_is_there_at_first_and_asking_twice_is_harmless(under_test):
    somebody, runner = uuid.uuid4(), under_test.supervisor()
    for _ in range(2):
        assert runner.look(somebody) == ABSENT
        assert runner.stop(somebody) is True
        runner.forget(somebody)
        assert list(runner.known()) == []
        assert runner.end_strays() == 0
        assert runner.log_tail(somebody) == []


def test_start_runs_one_copy_or_says_why_not(under_test):
    runner, asked = under_test.supervisor(), order()
    assert (runner.name, runner.has_processes) == (under_test.name, under_test.has_processes)
    if not under_test.has_processes:
        with pytest.raises(CannotStart) as caught:
            runner.start(asked)
        assert caught.value.reason == "engine_has_no_process"
        return
    runner.start(asked)
    assert runner.look(asked.instance_id) == CopySeen("running", 1)
    assert list(runner.known()) == [asked.instance_id]
    with pytest.raises(CannotStart) as caught:
        runner.start(asked)
    assert caught.value.reason == "copy_still_runs"
    runner.forget(asked.instance_id)
    assert runner.look(asked.instance_id) == CopySeen("running", 1)  # what runs is not forgotten
    until(lambda: runner.stop(asked.instance_id))
    assert runner.look(asked.instance_id).state == "ended"
    runner.forget(asked.instance_id)
    assert runner.look(asked.instance_id) == ABSENT
    assert list(runner.known()) == []
    runner.start(order(asked.instance_id, 2))
    assert runner.look(asked.instance_id) == CopySeen("running", 2)


def test_an_ended_copy_is_forgotten_by_the_next_start(with_processes):
    asked, first = order(), with_processes.supervisor("ends:1")
    first.start(asked)
    until(lambda: first.look(asked.instance_id).state == "ended")
    second = with_processes.supervisor()
    second.start(order(asked.instance_id, 2))
    assert second.look(asked.instance_id) == CopySeen("running", 2)


def test_the_ticket_goes_a_private_way_and_nothing_secret_is_in_the_environment(with_processes, monkeypatch):
    for name in (
        "DATABASE_URL",
        "ASTRA_KEK",
        "ASTRA_SECRET_KEY",
        "ASTRA_HOME",
        "ASTRA_DATABASE_NAME",
        "PGPASSWORD",
        "AWS_SECRET_ACCESS_KEY",
    ):
        monkeypatch.setenv(name, "canary-secret")
    runner, asked = with_processes.supervisor(), order()
    runner.start(asked)
    seen = given(runner, asked.instance_id)
    assert seen["ticket"] == TICKET
    assert TICKET not in json.dumps(seen["argv"])
    assert {"--instance", str(asked.instance_id), "--core", asked.core_url} <= set(seen["argv"])
    assert "canary-secret" not in json.dumps(seen["env"])
    assert TICKET not in json.dumps(seen["env"])
    assert not [name for name in seen["env"] if name.startswith(("ASTRA", "DJANGO", "PG", "DATABASE"))]


def test_the_end_is_seen_with_its_reason_until_it_is_forgotten(with_processes):
    started = []
    for code in (*REASONS, 1, 77):
        runner, asked = with_processes.supervisor(f"ends:{code}"), order()
        runner.start(asked)
        started.append((runner, asked.instance_id, CopySeen("ended", 1, REASONS.get(code, "process_ended"))))
    for runner, instance_id, expected in started:
        until(lambda runner=runner, instance_id=instance_id: runner.look(instance_id).state == "ended")
        assert [runner.look(instance_id) for _ in range(2)] == [expected, expected]
        assert with_processes.supervisor().look(instance_id) == expected  # another supervisor is told the same


def test_a_killed_copy_is_noticed(with_processes):
    runner, asked = with_processes.supervisor(), order()
    runner.start(asked)
    given(runner, asked.instance_id)
    with_processes.kill(asked.instance_id)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    assert runner.look(asked.instance_id).reason == "process_killed"


def test_a_copy_that_does_not_listen_is_killed_and_stop_never_waits(with_processes):
    runner, asked = with_processes.supervisor("deaf"), order()
    runner.start(asked)
    until(lambda: "deaf" in runner.log_tail(asked.instance_id))
    started = time.monotonic()
    assert runner.stop(asked.instance_id) is False
    asked_after = time.monotonic() - started
    assert asked_after < 8, "stop asks and returns; the patience of eight seconds is not waited for"
    until(lambda: runner.stop(asked.instance_id))
    assert runner.look(asked.instance_id) == CopySeen("ended", 1, "process_killed")


def test_another_supervisor_adopts_the_copy_and_can_stop_it(with_processes):
    first, asked = with_processes.supervisor(), order()
    first.start(asked)
    second = with_processes.supervisor()
    assert second.look(asked.instance_id) == CopySeen("running", 1)
    assert list(second.known()) == [asked.instance_id]
    with pytest.raises(CannotStart):
        second.start(asked)
    assert given(second, asked.instance_id)["ticket"] == TICKET
    until(lambda: second.stop(asked.instance_id))
    assert second.look(asked.instance_id).state == "ended"


def test_it_outlives_the_program_that_started_it(with_processes):
    instance_id = uuid.uuid4()
    parent = with_processes.starting_program(instance_id)
    done = subprocess.run(
        [sys.executable, "-c", parent],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "ASTRA_ENVIRONMENT": "test"},
    )
    assert (done.returncode, done.stdout) == (-9, "started\n"), done.stderr
    runner = with_processes.supervisor()
    assert runner.look(instance_id) == CopySeen("running", 7)
    given(runner, instance_id)
    until(lambda: runner.stop(instance_id))
    seen = runner.look(instance_id)
    assert (seen.state, seen.generation) == ("ended", 7)
    assert seen.reason in ("process_ended", "told_to_stop")  # local is not its parent any more: the exit code is lost


def test_another_installations_bots_are_left_alone(with_processes):
    runner, asked = with_processes.supervisor(), order()
    runner.start(asked)
    other = with_processes.elsewhere()
    assert (other.end_strays(), list(other.known())) == (0, [])
    assert other.look(asked.instance_id) == ABSENT
    assert runner.look(asked.instance_id).state == "running"


def test_the_log_tail_is_the_end_of_the_log(with_processes):
    runner, asked = with_processes.supervisor("talks"), order()
    runner.start(asked)
    until(lambda: len(runner.log_tail(asked.instance_id, 5)) == 5)
    assert all(set(line) == {"x"} for line in runner.log_tail(asked.instance_id, 3))
