"""One process of the pool: how it is started, spoken to and remembered."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil

import astra
from astra.core.integrations.engines.local_record import birth_mark
from astra.core.integrations.engines.port import CopySeen
from astra.protocol import endings
from astra.protocol.endings import reason_of
from astra.protocol.pool import LONGEST_ANSWER, PoolOrder

BACKLOG = 1_024
ANSWER_SECONDS = 1.0


class NoAnswer(Exception):
    """The process did not answer in time, or is gone. ``was_sent`` says whether it may have got the order."""

    def __init__(self, why: str, *, was_sent: bool) -> None:
        super().__init__(why)
        self.was_sent = was_sent


@dataclass(frozen=True, slots=True)
class ProcessRecord:
    """What is remembered of a process of the pool, on disk. ``born`` is its birth mark: a reused pid has another one."""

    number: int
    pid: int
    born: str
    release: str
    alone: bool


class PoolProcess:
    """A process by its record, and the list of the copies that were ever put into it.

    The list (`<number>.copies`, lines of ``+ instance generation`` and ``- instance``) is written before a ticket is handed over: when
    the process dies, it says whose copies died with it.
    """

    def __init__(self, folder: Path, record: ProcessRecord, child: "subprocess.Popen[bytes] | None" = None) -> None:
        self.folder = folder
        self.record = record
        self.known_since = time.monotonic()
        self.silent_since: float | None = None
        self.has_answered = False
        # Its last whole answer and the mark of it: thousands of copies that run well are not told again every second.
        self.told: dict[uuid.UUID, CopySeen] = {}
        self.mark = ""
        self._child = child
        self._copies: dict[uuid.UUID, int] | None = None

    @classmethod
    def spawn(
        cls, folder: Path, program: tuple[str, ...], record: ProcessRecord, environment: dict[str, str], mark: str, most: int
    ) -> "PoolProcess":
        """Starts one; its socket listens before it does, so that orders may be sent at once. Raises OSError."""
        path = folder / f"{record.number}.sock"
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        with socket.socket(socket.AF_UNIX) as control, (folder / f"{record.number}.log").open("ab") as log:
            with _short(folder) as short:
                control.bind(f"{short}/{path.name}")
            path.chmod(0o600)
            control.listen(BACKLOG)
            child = subprocess.Popen(
                [sys.executable, *program, "--pool", "--control-fd", str(control.fileno()), "--most", str(most), "--home", mark],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(control.fileno(),),
                env=environment,
                cwd=Path(astra.__file__).resolve().parents[1],
                start_new_session=True,
            )
        record = replace(record, pid=child.pid, born=birth_mark(child.pid) or "")
        made = cls(folder, record, child)
        made._write()
        return made

    @classmethod
    def remembered(cls, folder: Path) -> "Iterator[PoolProcess]":
        """Every process that is on disk. What is not one of ours is passed over."""
        for path in sorted(folder.glob("*.json")):
            with contextlib.suppress(ValueError, TypeError, FileNotFoundError):
                yield cls(folder, ProcessRecord(**json.loads(path.read_text(encoding="ascii"))))

    def runs(self) -> bool:
        """Whether the process lives."""
        if self._child is not None:
            return self._child.poll() is None
        return bool(self.record.born) and birth_mark(self.record.pid) == self.record.born

    def how_it_ended(self) -> str:
        """The word for its exit code, where we are the parent; an adopted process takes it to its grave."""
        return reason_of((self._child.poll() or endings.CRASHED) if self._child else None)

    def ask(self, order: PoolOrder, *, seconds: float | None = None) -> dict[str, Any]:
        """One order and its answer. Raises NoAnswer."""
        was_sent = False
        try:
            with self._connect(ANSWER_SECONDS if seconds is None else seconds) as line:
                line.sendall(order.line())
                was_sent = True
                answer = json.loads(_read_line(line))
        except (OSError, ValueError) as error:
            if self.silent_since is None:
                self.silent_since = time.monotonic()
            raise NoAnswer(type(error).__name__, was_sent=was_sent) from error
        self.silent_since, self.has_answered = None, True
        return dict(answer)

    def tell(self, order: PoolOrder) -> None:
        """An order to a process that is only just starting: it is read when it is there. Raises NoAnswer."""
        try:
            with self._connect(ANSWER_SECONDS) as line:
                line.sendall(order.line())
        except OSError as error:
            raise NoAnswer(type(error).__name__, was_sent=False) from error

    def copies(self) -> dict[uuid.UUID, int]:
        """Instance → generation of the copies that were put into it and not forgotten."""
        if self._copies is None:
            self._copies = {}
            with contextlib.suppress(FileNotFoundError):
                for line in self._list().read_text(encoding="ascii").splitlines():
                    with contextlib.suppress(ValueError, IndexError):
                        word, instance, *rest = line.split()
                        if word == "+":
                            self._copies[uuid.UUID(instance)] = int(rest[0])
                        else:
                            self._copies.pop(uuid.UUID(instance), None)
        return self._copies

    def put(self, instance_id: uuid.UUID, generation: int) -> None:
        """Writes down that a copy is about to be put into it."""
        self.copies()[instance_id] = generation
        self._append(f"+ {instance_id} {generation}\n")

    def take_out(self, instance_id: uuid.UUID) -> None:
        """Writes down that a copy is forgotten."""
        if self.copies().pop(instance_id, None) is not None:
            self._append(f"- {instance_id}\n")

    def signal(self, number: int) -> None:
        """Ends the process, if it is still the one we know."""
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(self.record.pid)
            if birth_mark(self.record.pid) == self.record.born:
                process.send_signal(number)

    def drop(self) -> None:
        """Removes what is remembered of a process that is gone; its log stays until its number is used again."""
        if self._child is not None:
            self._child.poll()
        for suffix in ("json", "copies", "sock"):
            with contextlib.suppress(FileNotFoundError):
                (self.folder / f"{self.record.number}.{suffix}").unlink()

    def kill(self) -> None:
        """Ends it for good."""
        self.signal(signal.SIGKILL)

    def _list(self) -> Path:
        return self.folder / f"{self.record.number}.copies"

    def _append(self, line: str) -> None:
        with self._list().open("a", encoding="ascii") as handle:
            handle.write(line)

    def _write(self) -> None:
        path = self.folder / f"{self.record.number}.json"
        draft = path.with_suffix(f".{os.getpid()}.draft")
        with draft.open("w", encoding="ascii") as handle:
            json.dump(asdict(self.record), handle)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(path)

    def _connect(self, seconds: float) -> socket.socket:
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(seconds)
        try:
            with _short(self.folder) as short:
                line.connect(f"{short}/{self.record.number}.sock")
        except OSError:
            line.close()
            raise
        return line


@contextlib.contextmanager
def _short(folder: Path) -> Iterator[str]:
    """A short name of a folder: the system takes no more than 107 characters for a socket's path."""
    if len(str(folder)) < 80:
        yield str(folder)
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def _read_line(line: socket.socket) -> bytes:
    parts: list[bytes] = []
    length = 0
    while not (parts and parts[-1].endswith(b"\n")):
        part = line.recv(262_144)
        length += len(part)
        if not part or length > LONGEST_ANSWER:
            raise ValueError("no whole answer")
        parts.append(part)
    return b"".join(parts)
