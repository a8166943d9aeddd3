"""Keeps a set of child programs running on one machine, and ends them all when it ends."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from astra.core.project.home import claim_home

STOP_SECONDS = 12
LOG_BYTES = 5_000_000
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
# A child that ran this long is no longer the one that ended again and again.
STEADY_SECONDS = 60
# In the environment of every child and of what it starts; bots are given an environment of their own, without it.
MARK = "ASTRA_FOREMAN"


class ChildFailed(RuntimeError):
    """A program did not become ready; its log says why."""


class AlreadyRunning(RuntimeError):
    """Another foreman keeps this installation running. Nothing was started or ended."""


@dataclass
class Child:
    """One program: how it is started, what line says that it is ready, how often it ended."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    ready_word: str
    process: subprocess.Popen[str] | None = None
    ready: threading.Event = field(default_factory=threading.Event)
    started: float = 0.0
    endings: int = 0  # in a row, each soon after its start
    due: float | None = None  # when it is started again; None while it runs
    follower: threading.Thread | None = None  # copies what it prints into its log


class Foreman:
    """Starts children in order, restarts the ones that end (with a pause that doubles), writes their pids beside their logs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.children: list[Child] = []
        self.looks: list[Callable[[], None]] = []  # what else is looked after at each round of the watch
        self.stopping = threading.Event()
        (claim_home(home) / "log").mkdir(exist_ok=True)

    def start(
        self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, ready_word: str = "ready", seconds: float = 60
    ) -> None:
        """Starts ``python -m astra <arguments>`` and waits for its ready line. Raises ChildFailed."""
        self.await_ready(self.launch(name, arguments, environment, ready_word=ready_word), seconds=seconds)

    def launch(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, ready_word: str = "ready") -> Child:
        """Starts ``python -m astra <arguments>`` without waiting: programs that do not need each other start side by side."""
        child = Child(name, arguments, environment, ready_word)
        self.children.append(child)
        self._launch(child)
        return child

    def await_ready(self, *children: Child, seconds: float = 60) -> None:
        """Returns when each has printed its ready line. Raises ChildFailed."""
        for child in children:
            self._await(child, seconds)

    def _await(self, child: Child, seconds: float) -> None:
        name = child.name
        deadline = time.monotonic() + seconds
        while not child.ready.wait(0.05):
            if self.stopping.is_set():
                raise ChildFailed(f"{name} was stopped while it started.")
            if child.process and child.process.poll() is not None:
                if child.follower:
                    child.follower.join(1)  # its last words
                raise ChildFailed(f"{name} ended at once. The end of its log:\n{self.tail(name)}")
            if time.monotonic() > deadline:
                raise ChildFailed(f"{name} was not ready after {seconds:.0f} s. The end of its log:\n{self.tail(name)}")

    def run(self, name: str, arguments: Sequence[str], environment: Mapping[str, str], *, seconds: float = 120) -> str:
        """Runs a program to its end and returns what it printed. Raises ChildFailed when it fails."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", "astra", *arguments],
                env=self._marked(environment),
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
                    self._revive(child)
            for look in self.looks:
                look()

    def stop(self) -> None:
        """Ends the children, last first: asked, then killed."""
        self.stopping.set()
        for child in reversed(self.children):
            if child.process is not None:
                end_process(child.process.pid, STOP_SECONDS)
                end_all(marked(self.home, session=child.process.pid), 1)
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

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if child.due is None:
            child.endings = 1 if now - child.started >= STEADY_SECONDS else child.endings + 1
            child.due = now + min(FIRST_PAUSE_SECONDS * 2 ** (child.endings - 1), LONGEST_PAUSE_SECONDS)
        if now < child.due or child.process is None:
            return
        # What a killed program leaves (a web server's worker) would hold its port and answer in its place.
        end_all(marked(self.home, session=child.process.pid), STOP_SECONDS)
        self._launch(child)

    def _marked(self, environment: Mapping[str, str]) -> dict[str, str]:
        return {**environment, MARK: str(self.home)}

    def _launch(self, child: Child) -> None:
        path = self.home / "log" / f"{child.name}.log"
        if path.exists() and path.stat().st_size > LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        log = path.open("a", encoding="utf-8")
        child.process = subprocess.Popen(
            [sys.executable, "-m", "astra", *child.arguments],
            env=self._marked(child.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the foreman alone, which ends them in order
        )
        child.started, child.due = time.monotonic(), None
        child.follower = threading.Thread(target=_follow, args=(child, child.process.stdout, log), daemon=True)
        child.follower.start()
        draft = self.home / "pids.draft"  # whoever reads the file finds a whole one
        draft.write_text(json.dumps({"foreman": os.getpid(), **self.pids()}), encoding="utf-8")
        draft.replace(self.home / "pids.json")


def _follow(child: Child, lines: IO[str] | None, log: IO[str]) -> None:
    with log:
        for line in lines or ():
            if child.ready_word in line:
                child.ready.set()
            log.write(line)
            log.flush()


def end_process(pid: int, seconds: float) -> None:
    """Asks a process to end, then kills it and what is left of its session (bots have sessions of their own)."""
    try:
        process = psutil.Process(pid)
        family = [process, *(one for one in process.children(recursive=True) if _session(one.pid) == pid)]
    except psutil.NoSuchProcess:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
    psutil.wait_procs([process], timeout=seconds)
    _, alive = psutil.wait_procs(family, timeout=0)
    for left in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


def end_all(processes: Sequence[psutil.Process], seconds: float) -> None:
    """Asks processes to end, all at once, then kills what is left."""
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def end_leftovers(home: Path) -> None:
    """Ends the programs that an earlier foreman of this installation left behind when it was killed.

    They are known by the mark in their environment: a number in a file may be somebody else's process by now.
    """
    end_all(marked(home), STOP_SECONDS)
    (home / "pids.json").unlink(missing_ok=True)


def marked(home: Path, *, session: int | None = None) -> list[psutil.Process]:
    """The processes that a foreman of this installation started (of one session, or all), and what they started."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid == os.getpid() or process.environ().get(MARK) != str(home):
                continue
        except (psutil.Error, OSError):
            continue  # another user's, or gone
        if session is None or _session(process.pid) == session:
            found.append(process)
    return found


@contextlib.contextmanager
def only_foreman(home: Path) -> Iterator[None]:
    """One foreman per installation; the lock dies with its holder. Raises AlreadyRunning."""
    with (claim_home(home) / "foreman.lock").open("a+", encoding="ascii") as handle:
        if not _locked(handle):
            handle.seek(0)
            holder = handle.read().strip()
            raise AlreadyRunning(f"This installation ({home}) runs already, by process {holder or '?'}. Nothing was started.")
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


def running_foreman(home: Path) -> int | None:
    """The process that keeps this installation running now, if one does."""
    try:
        with only_foreman(home):
            return None
    except AlreadyRunning:
        text = (home / "foreman.lock").read_text(encoding="ascii").strip()
        return int(text) if text.isdigit() else None


def _locked(handle: IO[str]) -> bool:
    for _ in range(5):  # somebody who only asks whether it runs holds it for a moment
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.1)
    return False


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return 0
