"""The foreman with real children: restarted with a growing pause, ended in order, found again after it was killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from astra.core.integrations.engines.local import child_environment
from astra.core.project import foreman as foreman_module
from astra.core.project.foreman import (
    MARK,
    AlreadyRunning,
    ChildFailed,
    Foreman,
    end_leftovers,
    marked,
    only_foreman,
    running_foreman,
)
from astra.core.project.tests.conftest import ROOT, environment

A_FOREMAN = """
import sys, time
from pathlib import Path
from astra.core.project.foreman import Foreman, only_foreman
home = Path(sys.argv[1])
with only_foreman(home):
    foreman = Foreman(home)
    foreman.start("payments", ["sandbox", "payments", "--port", "0"], dict(__import__("os").environ))
    print(foreman.pids()["payments"], flush=True)
    time.sleep(60)
"""


@pytest.fixture
def foreman(home):
    it = Foreman(home)
    yield it
    it.stop()


def start(foreman, name):
    foreman.start(name, ["sandbox", name, "--port", "0", *(["--smtp-port", "0"] if name == "mail" else [])], environment(foreman.home))
    return foreman.pids()[name]


def wait_for(found, seconds=20):
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return value


def test_a_child_that_ends_comes_back_after_a_pause_that_doubles(foreman, monkeypatch):
    monkeypatch.setattr(foreman_module, "FIRST_PAUSE_SECONDS", 0.2)
    start(foreman, "payments")
    child = foreman.children[0]
    threading.Thread(target=foreman.watch, daemon=True).start()
    pauses = []
    for _ in range(3):
        pid = child.process.pid
        os.kill(pid, signal.SIGKILL)
        ended = time.monotonic()
        wait_for(lambda pid=pid: child.process.pid != pid)
        pauses.append(time.monotonic() - ended)
        wait_for(lambda: json.loads((foreman.home / "pids.json").read_text())["payments"] == child.process.pid)
    # Looked at every 0.3 s, and the old session is searched for: each pause is the promised one or a little more.
    for pause, promised in zip(pauses, (0.2, 0.4, 0.8), strict=True):
        assert promised <= pause < promised + 1.5
    monkeypatch.setattr(foreman_module, "STEADY_SECONDS", 0.0)  # now it counts as having run well
    pid = child.process.pid
    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: child.process.pid != pid)
    assert child.endings == 1


def test_stop_ends_the_children_last_first(foreman):
    first, last = start(foreman, "payments"), start(foreman, "mail")
    order = []

    def ended(pid):
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def look():
        order.extend(pid for pid in (first, last) if pid not in order and ended(pid))
        return len(order) == 2

    watcher = threading.Thread(target=lambda: wait_for(look))
    watcher.start()
    foreman.stop()
    watcher.join()
    assert order == [last, first]
    assert not (foreman.home / "pids.json").exists()
    assert marked(foreman.home) == []


def test_a_child_that_does_not_become_ready_tells_the_end_of_its_log(foreman):
    with pytest.raises(ChildFailed, match=r"ended at once[\s\S]*unrecognized arguments"):
        foreman.start("payments", ["sandbox", "payments", "--no-such-option"], environment(foreman.home))
    with pytest.raises(ChildFailed, match="was not ready after 1 s"):
        foreman.start(
            "mail", ["sandbox", "mail", "--port", "0", "--smtp-port", "0"], environment(foreman.home), ready_word="never", seconds=1
        )


def test_the_leftovers_of_a_killed_foreman_are_ended_and_nobody_else(home):
    killed = subprocess.Popen(
        [sys.executable, "-c", A_FOREMAN, str(home)], cwd=ROOT, env=environment(home), stdout=subprocess.PIPE, text=True
    )
    # A process whose number stands in the file of pids, but which is not ours (any more).
    stranger = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)  # astra"], env=environment(home), start_new_session=True
    )
    # A bot: started by a child of the foreman, in a session and an environment of its own.
    os.environ[MARK] = str(home)
    try:
        bot_environment = child_environment()
    finally:
        del os.environ[MARK]
    bot = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=bot_environment, start_new_session=True)
    try:
        left = int(killed.stdout.readline())
        assert running_foreman(home) == killed.pid
        with pytest.raises(AlreadyRunning, match=rf"{killed.pid}.*Nothing was started"), only_foreman(home):
            pass
        killed.kill()
        killed.wait()
        assert psutil.pid_exists(left)
        assert running_foreman(home) is None
        names = json.loads((home / "pids.json").read_text())
        (home / "pids.json").write_text(json.dumps(names | {"stranger": stranger.pid, "bot": bot.pid}))

        end_leftovers(home)
        wait_for(lambda: not psutil.pid_exists(left))
        assert stranger.poll() is None
        assert bot.poll() is None
        assert not (home / "pids.json").exists()
    finally:
        for process in (killed, stranger, bot):
            process.kill()
            process.wait()


def test_another_installation_s_programs_are_left_alone(foreman, tmp_path):
    pid = start(foreman, "payments")
    end_leftovers(tmp_path)
    end_leftovers(foreman.home.with_name(foreman.home.name[:-1]))
    assert foreman.children[0].process.poll() is None
    assert [one.pid for one in marked(foreman.home, session=pid)] == [pid]
