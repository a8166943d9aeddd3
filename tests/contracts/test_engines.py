"""What every engine promises, and what ``local`` promises with real processes."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.engines import local
from astra.core.integrations.engines.engine import ADAPTERS, UnknownEngine, engine, engines_with_processes
from astra.core.integrations.engines.local import LocalEngine
from astra.core.integrations.engines.local_record import CopyRecord, RecordShelf, birth_mark
from astra.core.integrations.engines.none import NoEngine
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, Engine, StartOrder

TICKET = "ticket-canary-0123456789"
# A stand-in for the bot: writes down what it was given, then does what the test needs.
REPORT = """
import json, os, signal, sys, time
ticket = sys.stdin.readline().strip()
if not ticket: sys.exit(2)
print("given", json.dumps({"ticket": ticket, "argv": sys.argv[1:], "env": dict(os.environ), "sid": os.getsid(0), "pid": os.getpid()}), flush=True)
"""
SLEEPS = REPORT + "time.sleep(600)\n"
DEAF = REPORT + "signal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf', flush=True)\nwhile True: time.sleep(1)\n"
TALKS = REPORT + "while True:\n    print('x' * 9999, flush=True)\n"


def ends_with(code: int) -> str:
    return REPORT + f"sys.exit({code})\n"


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    settings.ASTRA_HOME = str(tmp_path)
    return tmp_path


@pytest.fixture
def make(home: Path) -> Iterator[Callable[[str], LocalEngine]]:
    yield lambda code: LocalEngine(("-c", code))
    for path in (home / "bots").glob("*.json"):
        pid = json.loads(path.read_text()).get("pid")
        if pid and birth_mark(pid) == json.loads(path.read_text()).get("born"):
            os.kill(pid, signal.SIGKILL)


def order(instance_id: uuid.UUID | None = None, generation: int = 1) -> StartOrder:
    return StartOrder(instance_id or uuid.uuid4(), generation, Secret(TICKET), "http://127.0.0.1:1")


def until(true: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def given(runner: LocalEngine, instance_id: uuid.UUID) -> dict:
    until(lambda: any(line.startswith("given ") for line in runner.log_tail(instance_id)))
    return json.loads(next(line for line in runner.log_tail(instance_id) if line.startswith("given "))[6:])


@pytest.fixture(params=sorted(ADAPTERS))
def any_engine(request, make) -> Engine:
    return NoEngine() if request.param == "none" else make(SLEEPS)


def test_nothing_is_there_at_first_and_asking_twice_is_harmless(any_engine):
    somebody = uuid.uuid4()
    for _ in range(2):
        assert any_engine.look(somebody) == ABSENT
        assert any_engine.stop(somebody) is True
        any_engine.forget(somebody)
        assert list(any_engine.known()) == []
        assert any_engine.end_strays() == 0
        assert any_engine.log_tail(somebody) == []


def test_start_runs_one_copy_or_says_why_not(any_engine):
    asked = order()
    if not any_engine.has_processes:
        with pytest.raises(CannotStart) as caught:
            any_engine.start(asked)
        assert caught.value.reason == "engine_has_no_process"
        return
    any_engine.start(asked)
    assert any_engine.look(asked.instance_id) == CopySeen("running", 1)
    assert list(any_engine.known()) == [asked.instance_id]
    with pytest.raises(CannotStart) as caught:
        any_engine.start(asked)
    assert caught.value.reason == "copy_still_runs"
    until(lambda: any_engine.stop(asked.instance_id))
    assert any_engine.look(asked.instance_id).state == "ended"
    any_engine.forget(asked.instance_id)
    assert any_engine.look(asked.instance_id) == ABSENT
    any_engine.start(order(asked.instance_id, 2))
    assert any_engine.look(asked.instance_id) == CopySeen("running", 2)


def test_adapters_come_by_name():
    assert (engine("none").name, engine("local").name) == ("none", "local")
    assert engines_with_processes() == ["local"]
    with pytest.raises(UnknownEngine):
        engine("docker-in-dreams")


def test_the_ticket_goes_by_stdin_and_nothing_secret_is_in_the_environment(make, home, monkeypatch):
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
    runner, asked = make(SLEEPS), order()
    runner.start(asked)
    seen = given(runner, asked.instance_id)
    assert seen["ticket"] == TICKET
    assert TICKET not in json.dumps(seen["argv"])
    assert "canary-secret" not in json.dumps(seen["env"])
    assert set(seen["env"]) <= {*local.PASSED_ON, "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}
    assert TICKET not in Path(f"/proc/{seen['pid']}/cmdline").read_text()
    assert TICKET not in RecordShelf(home / "bots").path(asked.instance_id).read_text()
    assert (home / "bots").stat().st_mode & 0o077 == 0


def test_it_lives_in_a_session_of_its_own(make):
    runner, asked = make(SLEEPS), order()
    runner.start(asked)
    seen = given(runner, asked.instance_id)
    assert seen["sid"] == seen["pid"] != os.getsid(0)


@pytest.mark.parametrize(("code", "reason"), [(0, "told_to_stop"), (1, "process_ended"), (20, "superseded"), (21, "token_invalid"), (22, "ticket_refused"), (23, "session_ended")])  # fmt: skip
def test_the_end_is_seen_with_its_reason_until_it_is_forgotten(make, code, reason):
    runner, asked = make(ends_with(code)), order()
    runner.start(asked)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    for _ in range(2):
        assert runner.look(asked.instance_id) == CopySeen("ended", 1, reason)
    assert make(SLEEPS).look(asked.instance_id) == CopySeen("ended", 1, reason)  # another supervisor reads the same


def test_a_killed_copy_is_noticed(make):
    runner, asked = make(SLEEPS), order()
    runner.start(asked)
    os.kill(given(runner, asked.instance_id)["pid"], signal.SIGKILL)
    until(lambda: runner.look(asked.instance_id).state == "ended")
    assert runner.look(asked.instance_id).reason == "process_killed"


def test_a_copy_that_does_not_listen_is_killed_and_stop_never_waits(make, monkeypatch):
    monkeypatch.setattr(local, "PATIENCE_SECONDS", 0.5)
    runner, asked = make(DEAF), order()
    runner.start(asked)
    until(lambda: "deaf" in runner.log_tail(asked.instance_id))
    started = time.monotonic()
    assert runner.stop(asked.instance_id) is False
    assert runner.stop(asked.instance_id) is False
    assert time.monotonic() - started < 0.4
    until(lambda: runner.stop(asked.instance_id), 5)
    assert runner.look(asked.instance_id) == CopySeen("ended", 1, "process_killed")


def test_another_supervisor_adopts_the_copy_and_can_stop_it(make):
    first, asked = make(SLEEPS), order()
    first.start(asked)
    second = make(SLEEPS)
    assert second.look(asked.instance_id) == CopySeen("running", 1)
    with pytest.raises(CannotStart):
        second.start(asked)
    until(lambda: second.stop(asked.instance_id))


def test_it_outlives_the_program_that_started_it(make, home):
    instance_id = uuid.uuid4()
    parent = (
        "import django, os, sys, uuid\n"
        "django.setup()\n"
        "from django.conf import settings\n"
        f"settings.ASTRA_HOME = {str(home)!r}\n"
        "from astra.core.foundation.sealing.secret import Secret\n"
        "from astra.core.integrations.engines.local import LocalEngine\n"
        "from astra.core.integrations.engines.port import StartOrder\n"
        f"LocalEngine(('-c', {SLEEPS!r})).start(StartOrder(uuid.UUID({str(instance_id)!r}), 7, Secret('t'), 'http://127.0.0.1:1'))\n"
        "print('started', flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", parent], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (-9, "started\n"), done.stderr
    runner = make(SLEEPS)
    assert runner.look(instance_id) == CopySeen("running", 7)
    until(lambda: runner.stop(instance_id))
    assert runner.look(instance_id) == CopySeen("ended", 7, "process_ended")


def test_a_reused_pid_is_not_mistaken(make, home):
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        instance_id, runner = uuid.uuid4(), make(SLEEPS)
        runner.look(instance_id)
        for born in ("another-boot/1", str(birth_mark(innocent.pid)) + "9", ""):
            RecordShelf(home / "bots").write(instance_id, CopyRecord(innocent.pid, born, 3))
            assert runner.look(instance_id).state == "ended"
            assert runner.stop(instance_id) is True
            runner._signal(CopyRecord(innocent.pid, born, 3), kill=True)
            assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_supervisor_that_dies_before_it_hands_the_ticket_over_leaves_nothing_running():
    child = subprocess.Popen([sys.executable, "-c", SLEEPS], stdin=subprocess.PIPE)
    assert child.stdin
    child.stdin.close()
    assert child.wait(15) == 2


def test_a_process_without_a_record_is_ended(make, home):
    runner, asked = make(SLEEPS), order()
    runner.start(asked)
    pid = given(runner, asked.instance_id)["pid"]
    assert runner.end_strays() == 0
    RecordShelf(home / "bots").drop(asked.instance_id)
    assert runner.end_strays() == 1
    until(lambda: birth_mark(pid) is None)


def test_another_installations_bots_are_left_alone(make, settings, tmp_path):
    runner, asked = make(SLEEPS), order()
    runner.start(asked)
    home = settings.ASTRA_HOME
    settings.ASTRA_HOME = str(tmp_path / "other")
    assert (runner.end_strays(), list(runner.known())) == (0, [])
    settings.ASTRA_HOME = home
    assert runner.look(asked.instance_id).state == "running"


def test_the_log_is_bounded_even_while_nobody_trims_it(make, home, monkeypatch):
    monkeypatch.setattr(local, "LOG_HARD_LIMIT_BYTES", 400_000)
    runner, asked = make(TALKS), order()
    runner.start(asked)
    log = home / "bots" / f"{asked.instance_id}.log"
    until(lambda: log.stat().st_size >= 390_000)
    time.sleep(0.2)
    assert log.stat().st_size <= 400_000


def test_looking_trims_the_log_and_keeps_its_end(make, home, monkeypatch):
    monkeypatch.setattr(local, "LOG_BYTES", 50_000)
    runner, asked = make(REPORT + "while True:\n    print('x' * 999, flush=True)\n    time.sleep(0.002)\n"), order()
    runner.start(asked)
    log = home / "bots" / f"{asked.instance_id}.log"
    until(lambda: log.stat().st_size > 50_000)
    assert runner.look(asked.instance_id).state == "running"
    assert log.stat().st_size < 50_000
    assert 0 < log.with_suffix(".earlier.log").stat().st_size <= 50_000
    before = log.stat().st_size
    until(lambda: log.stat().st_size > before)  # it goes on writing at the new end, without a hole
    assert b"\x00" not in log.read_bytes()


def test_unreadable_records_are_no_records(make, home):
    instance_id, runner = uuid.uuid4(), make(SLEEPS)
    runner.look(instance_id)
    for text in ("", "{", "[]", '{"pid": 1}', '{"pid": 1, "born": "", "generation": 1, "more": 2}'):
        RecordShelf(home / "bots").path(instance_id).write_text(text)
        assert runner.look(instance_id) == ABSENT


def test_the_birth_mark_belongs_to_living_processes_only():
    assert birth_mark(os.getpid()) == birth_mark(os.getpid()) is not None
    child = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE)
    assert birth_mark(child.pid) is None
    child.wait()
    assert birth_mark(child.pid) is None
    assert birth_mark(2**22 + 1) is None
