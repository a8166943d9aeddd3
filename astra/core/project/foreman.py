"""Keeps a set of child programs running on one machine, and ends them all when it ends."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

STOP_SECONDS = 12
LOG_BYTES = 5_000_000


class ChildFailed(RuntimeError):
    """A program did not become ready; its log says why."""


@dataclass
class Child:
    """One program: how it is started, what line says that it is ready, when it was started last."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    ready_word: str
    process: subprocess.Popen[str] | None = None
    ready: threading.Event = field(default_factory=threading.Event)
    starts: list[float] = field(default_factory=list)


class Foreman:
    """Starts children in order, restarts the ones that end (with a pause that doubles), writes their pids beside their logs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.children: list[Child] = []
        self.stopping = threading.Event()
        (home / "log").mkdir(parents=True, exist_ok=True)

    def start(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, ready_word: str = "ready", seconds: float = 60
    ) -> None:
        """Starts ``python -m astra <arguments>`` and waits for its ready line. Raises ChildFailed."""
        child = Child(name, arguments, environment, ready_word)
        self.children.append(child)
        self._launch(child)
        deadline = time.monotonic() + seconds
        while not child.ready.wait(0.05):
            if self.stopping.is_set():
                raise ChildFailed(f"{name} was stopped while it started.")
            if child.process and child.process.poll() is not None:
                raise ChildFailed(f"{name} ended at once. The end of its log:\n{self.tail(name)}")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{name} was not ready after {seconds:.0f} s. The end of its log:\n{self.tail(name)}")

    def run(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, seconds: float = 120) -> str:
        """Runs a program to its end and returns what it printed. Raises ChildFailed when it fails."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", "astra", *arguments],
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=seconds,
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            raise ChildFailed(f"{name} did not end within {seconds:.0f} s.") from None
        with (self.home / "log" / f"{name}.log").open("a", encoding="utf-8") as log:
            log.write(done.stdout + done.stderr)
        if done.returncode:
            raise ChildFailed(f"{name} failed:\n{(done.stdout + done.stderr)[-1500:]}")
        return done.stdout

    def watch(self) -> None:
        """Restarts what ends, until ``stopping`` is set."""
        while not self.stopping.wait(0.3):
            for child in self.children:
                if child.process is not None and child.process.poll() is not None:
                    recent = [at for at in child.starts if time.monotonic() - at < 60]
                    pause = min(0.5 * 2 ** len(recent), 30)
                    if child.starts and time.monotonic() - child.starts[-1] >= pause:
                        self._launch(child)

    def stop(self) -> None:
        """Ends the children, last first: asked, then killed."""
        self.stopping.set()
        for child in reversed(self.children):
            if child.process is not None:
                end_process(child.process.pid, STOP_SECONDS)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(1)
        (self.home / "pids.json").unlink(missing_ok=True)

    def pids(self) -> dict[str, int]:
        """The pid of each child that runs."""
        return {child.name: child.process.pid for child in self.children if child.process is not None}

    def tail(self, name: str, characters: int = 1500) -> str:
        """The end of a child's log."""
        path = self.home / "log" / f"{name}.log"
        return path.read_text(errors="replace")[-characters:] if path.exists() else ""

    def _launch(self, child: Child) -> None:
        path = self.home / "log" / f"{child.name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        log = path.open("a", encoding="utf-8")
        child.process = subprocess.Popen(
            [sys.executable, "-m", "astra", *child.arguments],
            env=dict(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the foreman alone, which ends them in order
        )
        child.starts.append(time.monotonic())
        threading.Thread(target=_follow, args=(child, child.process.stdout, log), daemon=True).start()
        (self.home / "pids.json").write_text(json.dumps({"foreman": os.getpid(), **self.pids()}), encoding="utf-8")


def _follow(child: Child, lines: IO[str] | None, log: IO[str]) -> None:
    with log:
        for line in lines or ():
            if child.ready_word in line:
                child.ready.set()
            log.write(line)
            log.flush()


def end_process(pid: int, seconds: float) -> None:
    """Asks a process and its children to end, then kills what is left."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
    # Bots outlive their supervisor on purpose: only what shares the process's session is killed with it.
    _, alive = psutil.wait_procs([process], timeout=seconds)
    for left in [*alive, *(one for one in family[1:] if _same_session(one, pid))]:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


def end_leftovers(home: Path) -> None:
    """Ends the programs that an earlier foreman of this installation left behind when it was killed."""
    path = home / "pids.json"
    if not path.exists():
        return
    with contextlib.suppress(ValueError, OSError):
        for pid in reversed(list(json.loads(path.read_text(encoding="utf-8")).values())):
            with contextlib.suppress(psutil.Error):
                if pid != os.getpid() and "astra" in " ".join(psutil.Process(pid).cmdline()):
                    end_process(pid, STOP_SECONDS)
    path.unlink(missing_ok=True)


def _same_session(process: psutil.Process, leader: int) -> bool:
    try:
        return os.getsid(process.pid) == leader
    except ProcessLookupError:
        return False
