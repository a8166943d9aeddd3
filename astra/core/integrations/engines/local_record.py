"""What is remembered of a local copy, on disk, so that a restarted supervisor knows its bots again."""

import contextlib
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class CopyRecord:
    """One started copy. ``born`` is the process's own birth mark: a reused pid has another one."""

    pid: int
    born: str
    generation: int
    asked_to_end_at: float | None = None
    reason: str = ""


def birth_mark(pid: int) -> str | None:
    """A mark that no later process with the same pid can have; None when there is no living process of this pid.

    On Linux: boot id and start in clock ticks since boot, which no change of the wall clock moves. Elsewhere: the creation
    time that the system reports.
    """
    try:
        raw = Path(f"/proc/{pid}/stat").read_bytes()
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _created(pid)
    except (PermissionError, ProcessLookupError):
        return None
    # The name in parentheses may hold anything: fields are counted from its end.
    fields = raw[raw.rindex(b")") + 2 :].split()
    if fields[0] in (b"Z", b"X"):
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return f"{boot}/{fields[19].decode()}"


def _created(pid: int) -> str | None:
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else f"{process.create_time():.2f}"
    except psutil.Error:
        return None


class RecordShelf:
    """The records of one installation: one file per instance, written whole (temporary file, fsync, rename)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, instance_id: uuid.UUID) -> Path:
        """The file of an instance."""
        return self.folder / f"{instance_id}.json"

    def read(self, instance_id: uuid.UUID) -> CopyRecord | None:
        """What is remembered; None when nothing is, or when the file is not one of ours."""
        try:
            return CopyRecord(**json.loads(self.path(instance_id).read_text(encoding="ascii")))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def write(self, instance_id: uuid.UUID, record: CopyRecord) -> None:
        """Remembers."""
        draft = self.path(instance_id).with_suffix(f".{os.getpid()}.draft")
        with draft.open("w", encoding="ascii") as handle:
            json.dump(asdict(record), handle)
            handle.flush()
            os.fsync(handle.fileno())
        draft.replace(self.path(instance_id))

    def ask_to_end(self, instance_id: uuid.UUID, record: CopyRecord) -> CopyRecord:
        """Remembers when the copy was asked to end (monotonic seconds of this boot)."""
        asked = replace(record, asked_to_end_at=time.monotonic())
        self.write(instance_id, asked)
        return asked

    def drop(self, instance_id: uuid.UUID) -> None:
        """Forgets."""
        with contextlib.suppress(FileNotFoundError):
            self.path(instance_id).unlink()

    def all(self) -> Iterator[uuid.UUID]:
        """The instances of which something is remembered."""
        for path in sorted(self.folder.glob("*.json")):
            with contextlib.suppress(ValueError):
                yield uuid.UUID(path.stem)
