"""What only ``pool`` can promise: many copies in few processes, and none of them the others' trouble."""

import os
import signal
import time
import uuid
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from astra.core.integrations.engines import pool, pool_process
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen
from astra.protocol.pool import PoolOrder
from tests.contracts.engines.engine_in_test import given, order, until
from tests.contracts.engines.pool import SLEEPS, PoolInTest, PoolOf


@pytest.fixture
def fleet(settings, tmp_path, monkeypatch):
    made = PoolInTest(settings, tmp_path, monkeypatch)
    yield made
    made.close()


def hears(runner):
    """Waits until the only process has answered this supervisor once."""
    until(lambda: runner.survey() and next(iter(runner._all())).has_answered)


def test_many_copies_share_a_process_and_one_is_stopped_alone(fleet):
    runner, orders = fleet.supervisor(), [order() for _ in range(5)]
    for one in orders:
        runner.start(one)
    assert len({given(runner, one.instance_id)["pid"] for one in orders}) == len(fleet.processes()) == 1
    first, *others = (one.instance_id for one in orders)
    until(lambda: runner.stop(first))
    assert runner.survey() == {first: CopySeen("ended", 1, "told_to_stop"), **{other: CopySeen("running", 1) for other in others}}
    runner.forget(first)
    assert sorted(runner.known()) == sorted(others)


def test_a_pool_in_which_nothing_changed_says_only_that(fleet):
    runner, orders = fleet.supervisor(), [order() for _ in range(3)]
    for one in orders:
        runner.start(one)
    hears(runner)
    (process,) = runner._all()
    first, *others = (one.instance_id for one in orders)
    whole = {one.instance_id: CopySeen("running", 1) for one in orders}
    assert runner.survey() == whole
    assert process.ask(PoolOrder("list", mark=process.mark)) == {"same": True, "mark": process.mark}
    assert runner.survey() == whole
    assert "copies" in fleet.supervisor()._all()[0].ask(PoolOrder("list")), "who does not know yet is told everything"
    until(lambda: runner.stop(first))
    assert runner.survey() == {**whole, first: CopySeen("ended", 1, "told_to_stop")}
    runner.forget(first)
    assert runner.survey() == {other: CopySeen("running", 1) for other in others}
    runner.start(replace(orders[0], generation=2))
    assert runner.survey() == {**whole, first: CopySeen("running", 2)}


def test_a_pool_of_before_that_knows_no_mark_is_believed_each_time(fleet, monkeypatch):
    runner, one = fleet.supervisor(), order()
    runner.start(one)
    hears(runner)
    (process,) = runner._all()
    rows = [[str(one.instance_id), 1, None]]
    monkeypatch.setattr(process, "ask", lambda asked, seconds=None: {"copies": list(rows)})
    assert runner.survey() == {one.instance_id: CopySeen("running", 1)}
    rows[0][2] = 0
    assert runner.survey()[one.instance_id].state == "ended"
    assert PoolOrder.read({"verb": "list", "instance": "", "generation": 0, "ticket": "", "core_url": "", "lines": 1}).mark == ""


def test_a_full_process_gets_a_neighbour(fleet, settings):
    settings.ASTRA_POOL_SIZE = 2
    runner = fleet.supervisor()
    for _ in range(5):
        runner.start(order())
    assert len(fleet.processes()) == 3


def test_one_copys_trouble_is_not_the_others(fleet):
    healthy, ill = order(), order()
    runner = PoolOf("sleeps")
    runner.start(healthy)
    given(runner, healthy.instance_id)
    failing = fleet.supervisor("fails")
    failing.start(ill)
    failing.start(healthy_too := order())
    until(
        lambda: (
            {seen.state for seen in failing.survey().values()} <= {"ended", "running"} and failing.look(ill.instance_id).state == "ended"
        )
    )
    assert failing.look(ill.instance_id) == CopySeen("ended", 1, "process_ended")
    assert failing.look(healthy_too.instance_id).state == "ended"  # of its own trouble: this stand-in always fails
    assert len(fleet.processes()) == 2  # the process that held them lives on
    assert runner.look(healthy.instance_id) == CopySeen("running", 1)


def test_a_process_that_dies_takes_its_copies_and_no_others_and_they_can_start_again(fleet, settings):
    settings.ASTRA_POOL_SIZE = 2
    runner, orders = fleet.supervisor(), [order() for _ in range(3)]
    for one in orders:
        runner.start(one)
    given(runner, orders[2].instance_id)
    os.kill(fleet.processes()[1], signal.SIGKILL)
    until(lambda: runner.look(orders[0].instance_id).state == "ended")
    assert [runner.look(one.instance_id) for one in orders] == [
        CopySeen("ended", 1, "process_killed"),
        CopySeen("ended", 1, "process_killed"),
        CopySeen("running", 1),
    ]
    adopted = fleet.supervisor()  # the supervisor was restarted as well: it is told the same, less the exit code
    assert adopted.look(orders[0].instance_id) == CopySeen("ended", 1, "process_ended")
    for one in orders[:2]:
        adopted.forget(one.instance_id)
        adopted.start(replace(one, generation=2))
    assert adopted.survey() == {
        orders[0].instance_id: CopySeen("running", 2),
        orders[1].instance_id: CopySeen("running", 2),
        orders[2].instance_id: CopySeen("running", 1),
    }
    assert not (fleet.home / "bots/pool/1.json").exists()


def test_whoever_may_have_ended_a_process_gets_one_of_his_own(fleet):
    runner = fleet.supervisor()
    runner.start(order())
    runner.start(replace(order(), alone=True))
    runner.start(replace(order(), alone=True))
    runner.start(order())
    assert len(fleet.processes()) == 3


def test_another_release_is_another_process(fleet):
    runner = fleet.supervisor()
    for release in ("1", "2", "1", "2"):
        runner.start(replace(order(), release=release))
    assert len(fleet.processes()) == 2


def test_a_process_that_hangs_is_ended_and_says_nothing_false_meanwhile(fleet, monkeypatch):
    monkeypatch.setattr(pool_process, "ANSWER_SECONDS", 0.2)
    runner, asked = fleet.supervisor(), order()
    runner.start(asked)
    hears(runner)
    os.kill(fleet.processes()[1], signal.SIGSTOP)
    assert runner.look(asked.instance_id) == CopySeen("running", 1)  # silence proves nothing
    assert runner.end_strays() == 0
    assert runner.look(asked.instance_id) == CopySeen("running", 1)
    until(lambda: runner.stop(asked.instance_id))  # but a stop that nobody hears ends the process
    assert runner.look(asked.instance_id) == CopySeen("ended", 1, "process_killed")


def test_a_process_that_is_silent_for_long_is_ended_by_the_sweep(fleet, monkeypatch):
    monkeypatch.setattr(pool, "SILENCE_SECONDS", 0.2)
    runner, asked = fleet.supervisor(), order()
    runner.start(asked)
    hears(runner)
    os.kill(fleet.processes()[1], signal.SIGSTOP)
    runner.look(asked.instance_id)
    time.sleep(0.3)
    runner.end_strays()
    until(lambda: runner.look(asked.instance_id) == CopySeen("ended", 1, "process_killed"))


def test_a_process_that_nobody_remembers_is_ended(fleet):
    runner, asked = fleet.supervisor(), order()
    runner.start(asked)
    given(runner, asked.instance_id)
    pid = fleet.processes()[1]
    for path in (fleet.home / "bots/pool").glob("1.*"):
        if path.suffix != ".log":
            path.unlink()
    assert fleet.supervisor().end_strays() == 1
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_copy_whose_ticket_was_never_handed_over_is_absent(fleet):
    runner, asked, nobody = fleet.supervisor(), order(), uuid.uuid4()
    runner.start(asked)
    given(runner, asked.instance_id)
    next(iter(runner._all())).put(nobody, 3)  # then the supervisor died
    assert fleet.supervisor().look(nobody) == ABSENT
    fleet.supervisor().forget(nobody)
    assert list(fleet.supervisor().known()) == [asked.instance_id]


def test_an_empty_process_goes_home_and_is_tidied_up(fleet, monkeypatch):
    monkeypatch.setattr("tests.contracts.engines.pool.STAND_IN", "")
    runner = PoolOf("")
    runner._program = ("-c", "import sys; sys.exit(0)")
    asked = order()
    runner.start(asked)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    runner.forget(asked.instance_id)
    runner.end_strays()
    assert [path.suffix for path in (fleet.home / "bots/pool").iterdir()] == [".log"]


def test_a_folder_with_a_long_name_holds_a_socket(fleet, settings, tmp_path):
    deep = tmp_path / ("x" * 100)
    settings.ASTRA_HOME = str(deep)
    fleet.home = deep
    runner, asked = fleet.supervisor(), order()
    runner.start(asked)
    given(runner, asked.instance_id)
    until(lambda: runner.stop(asked.instance_id))
    assert (deep / "bots" / "pool").stat().st_mode & 0o077 == 0
    assert (deep / "bots" / "pool" / "1.sock").stat().st_mode & 0o077 == 0


def test_a_program_that_cannot_start_is_said(fleet, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr(pool_process.subprocess, "Popen", fail)
    with pytest.raises(CannotStart) as caught:
        fleet.supervisor().start(order())
    assert caught.value.reason == "process_not_started"
    assert isinstance(fleet.home, Path)


def test_an_order_that_a_busy_process_does_not_answer_is_not_called_failed(fleet, monkeypatch):
    monkeypatch.setattr(pool_process, "ANSWER_SECONDS", 0.2)
    runner = fleet.supervisor()
    runner.start(order())
    hears(runner)
    asked = order()
    os.kill(fleet.processes()[1], signal.SIGSTOP)
    runner.start(asked)
    os.kill(fleet.processes()[1], signal.SIGCONT)
    assert given(runner, asked.instance_id)["ticket"]


def test_after_an_upgrade_new_copies_run_the_new_code(fleet, monkeypatch):
    runner = pool.PoolEngine(("-c", SLEEPS))
    runner.start(order())
    runner.start(order())
    assert len(fleet.processes()) == 1
    monkeypatch.setattr(pool, "release_at_hand", lambda: "newer")
    runner.start(order())
    assert len(fleet.processes()) == 2
