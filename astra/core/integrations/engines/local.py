"""Bots as child processes of this machine that outlive the supervisor: the embedded default."""

import contextlib
import os
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import psutil
from django.conf import settings

import astra
from astra.core.integrations.engines.local_record import CopyRecord, RecordShelf, birth_mark
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, StartOrder
from astra.protocol.endings import reason_of

PROGRAM = "astra.bot.program"
# What a bot may know of our environment: how to find programs, speak a language, trust certificates. Nothing of ours.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR")
PATIENCE_SECONDS = 8.0
LOG_BYTES = 1_000_000
# A bot that outlives its supervisor has nobody to trim its log: the system itself refuses more than this.
LOG_HARD_LIMIT_BYTES = 16_000_000


class LocalEngine:
    """Starts ``astra bot`` in a session of its own, remembers its pid and birth, finds it again after a restart."""

    name = "local"
    has_processes = True

    def __init__(self, program: tuple[str, ...] = ("-m", PROGRAM)) -> None:
        self._program = program
        self._children: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, order: StartOrder) -> None:
        """Starts a copy: its record is on disk before it gets the ticket, so none can run unknown."""
        shelf = self._shelf()
        if self.look(order.instance_id).state == "running":
            raise CannotStart("copy_still_runs")
        self.forget(order.instance_id)
        try:
            with self._log(order.instance_id).open("ab") as log:
                child = subprocess.Popen(
                    [
                        sys.executable,
                        *self._program,
                        *("--core", order.core_url, "--instance", str(order.instance_id)),
                        *("--generation", str(order.generation), "--home", self._mark()),
                    ],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    env=child_environment(),
                    cwd=Path(astra.__file__).resolve().parents[1],
                    start_new_session=True,
                )
        except OSError as error:
            raise CannotStart("process_not_started") from error
        self._children[child.pid] = child
        born = birth_mark(child.pid)
        if born is None or child.stdin is None:
            raise CannotStart("process_not_started")
        with contextlib.suppress(OSError, AttributeError):
            resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (LOG_HARD_LIMIT_BYTES, LOG_HARD_LIMIT_BYTES))
        shelf.write(order.instance_id, CopyRecord(child.pid, born, order.generation))
        try:
            child.stdin.write(order.ticket.reveal().encode() + b"\n")
            child.stdin.close()
        except OSError as error:
            raise CannotStart("process_ended") from error

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        """What became of the remembered process; also trims its log."""
        shelf = self._shelf()
        record = shelf.read(instance_id)
        if record is None:
            return ABSENT
        self._trim(instance_id)
        if self._runs(record):
            return CopySeen("running", record.generation)
        if not record.reason:
            record = CopyRecord(record.pid, record.born, record.generation, record.asked_to_end_at, self._end_of(record))
            shelf.write(instance_id, record)
        return CopySeen("ended", record.generation, record.reason)

    def survey(self) -> dict[uuid.UUID, CopySeen]:
        """Every remembered process, one by one: a machine does not run thousands."""
        return {instance_id: self.look(instance_id) for instance_id in self.known()}

    def stop(self, instance_id: uuid.UUID) -> bool:
        """SIGTERM; SIGKILL once it had its time. Whether it is gone."""
        shelf = self._shelf()
        record = shelf.read(instance_id)
        if record is None or not self._runs(record):
            return True
        if record.asked_to_end_at is None:
            record = shelf.ask_to_end(instance_id, record)
            self._signal(record, kill=False)
        elif not 0 <= time.monotonic() - record.asked_to_end_at < PATIENCE_SECONDS:
            self._signal(record, kill=True)
        return not self._runs(record)

    def forget(self, instance_id: uuid.UUID) -> None:
        """Drops the record of an ended copy; its log stays."""
        shelf = self._shelf()
        record = shelf.read(instance_id)
        if record is not None and self._runs(record):
            return
        if record is not None:
            self._end_of(record)
        shelf.drop(instance_id)

    def known(self) -> Iterator[uuid.UUID]:
        """Instances with a record."""
        return self._shelf().all()

    def end_strays(self) -> int:
        """Ends processes that carry this installation's mark without a record (somebody deleted the folder)."""
        shelf = self._shelf()
        remembered = {record.pid for instance_id in shelf.all() if (record := shelf.read(instance_id))}
        found = 0
        for process in psutil.process_iter(["pid", "cmdline"]):
            words = process.info["cmdline"] or []
            if process.pid not in remembered and "--home" in words and self._mark() in words:
                found += 1
                with contextlib.suppress(psutil.Error):
                    process.terminate()
        return found

    def log_tail(self, instance_id: uuid.UUID, lines: int = 50) -> list[str]:
        """The last lines that the copy wrote."""
        try:
            with self._log(instance_id).open("rb") as handle:
                handle.seek(0, os.SEEK_END)
                handle.seek(max(0, handle.tell() - 65_536))
                return handle.read().decode("utf-8", "replace").splitlines()[-lines:]
        except FileNotFoundError:
            return []

    def _runs(self, record: CopyRecord) -> bool:
        """Of our own child only the exit code says that it is over: its first thread may be gone while others still end."""
        child = self._children.get(record.pid)
        if child is not None and birth_mark(record.pid) in (record.born, None):
            return child.poll() is None
        return birth_mark(record.pid) == record.born

    def _end_of(self, record: CopyRecord) -> str:
        """Takes the exit code where we are the parent; an adopted process takes it to its grave."""
        child = self._children.pop(record.pid, None)
        return record.reason or reason_of(child.poll() if child else None)

    def _signal(self, record: CopyRecord, *, kill: bool) -> None:
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(record.pid)
            # The handle is bound to the process it saw: after this comparison a reused pid is not hit either.
            if birth_mark(record.pid) == record.born:
                process.kill() if kill else process.terminate()

    def _trim(self, instance_id: uuid.UUID) -> None:
        trim_log(self._log(instance_id))

    def _folder(self) -> Path:
        folder = Path(settings.ASTRA_HOME) / "bots"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _shelf(self) -> RecordShelf:
        return RecordShelf(self._folder())

    def _log(self, instance_id: uuid.UUID) -> Path:
        return self._folder() / f"{instance_id}.log"

    def _mark(self) -> str:
        return sha256(str(self._folder().resolve()).encode()).hexdigest()[:16]


def trim_log(path: Path) -> None:
    """Keeps the end of a log that grew too long. Bots append, so emptying the file under them is safe."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LOG_BYTES:
            tail = path.read_bytes()[-LOG_BYTES // 4 :]
            path.with_suffix(".earlier.log").write_bytes(tail)
            os.truncate(path, 0)


def child_environment() -> dict[str, str]:
    """The whole environment of a bot: no secret, no database, none of our settings."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**passed, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1"}
