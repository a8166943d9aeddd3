"""What ``local`` promises besides the contract: real processes, their records on disk, their logs."""

import os
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil
import pytest

from astra.core.integrations.engines import local
from astra.core.integrations.engines.local_record import CopyRecord, RecordShelf, birth_mark
from astra.core.integrations.engines.port import ABSENT
from tests.contracts.engines.engine_in_test import TICKET, given, order, until
from tests.contracts.engines.local import LocalInTest
from tests.contracts.engines.stand_in import program


@pytest.fixture
def own(settings, tmp_path, monkeypatch):
    made = LocalInTest(settings, tmp_path, monkeypatch)
    try:
        yield made
    finally:
        made.close()


def test_nothing_secret_lies_about(own):
    runner, asked = own.supervisor(), order()
    runner.start(asked)
    seen = given(runner, asked.instance_id)
    assert set(seen["env"]) <= {*local.PASSED_ON, "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}
    assert TICKET not in Path(f"/proc/{seen['pid']}/cmdline").read_text()
    assert TICKET not in RecordShelf(own.home / "bots").path(asked.instance_id).read_text()
    assert (own.home / "bots").stat().st_mode & 0o077 == 0


def test_it_lives_in_a_session_of_its_own(own):
    runner, asked = own.supervisor(), order()
    runner.start(asked)
    seen = given(runner, asked.instance_id)
    assert seen["sid"] == seen["pid"] != os.getsid(0)


def test_a_reused_pid_is_not_mistaken(own):
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        instance_id, runner = uuid.uuid4(), own.supervisor()
        runner.look(instance_id)
        for born in ("another-boot/1", str(birth_mark(innocent.pid)) + "9", ""):
            RecordShelf(own.home / "bots").write(instance_id, CopyRecord(innocent.pid, born, 3))
            assert runner.look(instance_id).state == "ended"
            assert runner.stop(instance_id) is True
            runner._signal(CopyRecord(innocent.pid, born, 3), kill=True)
            assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_supervisor_that_dies_before_it_hands_the_ticket_over_leaves_nothing_running():
    child = subprocess.Popen([sys.executable, "-c", program("sleeps")], stdin=subprocess.PIPE)
    assert child.stdin
    child.stdin.close()
    assert child.wait(15) == 2


def test_a_process_without_a_record_is_ended(own):
    runner, asked = own.supervisor(), order()
    runner.start(asked)
    pid = given(runner, asked.instance_id)["pid"]
    assert runner.end_strays() == 0
    RecordShelf(own.home / "bots").drop(asked.instance_id)
    assert runner.end_strays() == 1
    until(lambda: birth_mark(pid) is None)


def test_the_log_is_bounded_even_while_nobody_trims_it(own, monkeypatch):
    monkeypatch.setattr(local, "LOG_HARD_LIMIT_BYTES", 400_000)
    runner, asked = own.supervisor("talks"), order()
    runner.start(asked)
    log = own.home / "bots" / f"{asked.instance_id}.log"
    until(lambda: log.stat().st_size >= 390_000)
    time.sleep(0.2)
    assert log.stat().st_size <= 400_000


def test_looking_trims_the_log_and_keeps_its_end(own, monkeypatch):
    monkeypatch.setattr(local, "LOG_BYTES", 50_000)
    runner, asked = own.supervisor("whispers"), order()
    runner.start(asked)
    log = own.home / "bots" / f"{asked.instance_id}.log"
    until(lambda: log.stat().st_size > 50_000)
    assert runner.look(asked.instance_id).state == "running"
    assert log.stat().st_size < 50_000
    assert 0 < log.with_suffix(".earlier.log").stat().st_size <= 50_000
    before = log.stat().st_size
    until(lambda: log.stat().st_size > before)  # it goes on writing at the new end, without a hole
    assert b"\x00" not in log.read_bytes()


def test_unreadable_records_are_no_records(own):
    instance_id, runner = uuid.uuid4(), own.supervisor()
    runner.look(instance_id)
    for text in ("", "{", "[]", '{"pid": 1}', '{"pid": 1, "born": "", "generation": 1, "more": 2}'):
        RecordShelf(own.home / "bots").path(instance_id).write_text(text)
        assert runner.look(instance_id) == ABSENT


def test_the_birth_mark_belongs_to_living_processes_only():
    assert birth_mark(os.getpid()) == birth_mark(os.getpid()) is not None
    child = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert birth_mark(child.pid) is None
    child.wait()
    assert birth_mark(child.pid) is None
    assert birth_mark(2**22 + 1) is None
