"""Many bots in few processes of this machine: an idle instance costs a fraction of what a process of its own would."""

import contextlib
import time
import uuid
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import psutil
from django.conf import settings

import astra.bot
import astra.protocol
from astra.core.integrations.engines.local import PROGRAM, child_environment, trim_log
from astra.core.integrations.engines.pool_process import NoAnswer, PoolProcess, ProcessRecord
from astra.core.integrations.engines.port import ABSENT, CannotStart, CopySeen, StartOrder
from astra.protocol.endings import reason_of
from astra.protocol.pool import PooledCopy, PoolOrder

PATIENCE_SECONDS = 8.0
# A process that says nothing for so long after its first word hangs: all its copies are silent too, and it is ended.
SILENCE_SECONDS = 20.0
BOOT_SECONDS = 30.0
SILENT_ANSWER_SECONDS = 0.05


class PoolEngine:
    """Keeps processes of at most ``ASTRA_POOL_SIZE`` copies, one release each, and finds them again after a restart.

    Half-started: a copy that is on the process's list but never got its ticket is absent in a process that lives, and ended in one
    that died. A process that died before it was written down has nothing to do and ends by itself (``end_strays`` ends it earlier).
    """

    name = "pool"
    has_processes = True

    def __init__(self, program: tuple[str, ...] = ("-m", PROGRAM)) -> None:
        self._program = program
        self._known_folder: Path | None = None
        self._processes: dict[int, PoolProcess] = {}
        self._asked_to_end_at: dict[tuple[uuid.UUID, int], float] = {}

    def start(self, order: StartOrder) -> None:
        """Puts a copy into a process with room, or into a new one, which reads the order as soon as it can."""
        if self.look(order.instance_id).state == "running":
            raise CannotStart("copy_still_runs")
        self.forget(order.instance_id)
        process = self._with_room(order)
        process.put(order.instance_id, order.generation)
        told = PoolOrder("start", str(order.instance_id), order.generation, order.ticket.reveal(), order.core_url)
        try:
            if not process.has_answered:
                process.tell(told)
                return
            answer = process.ask(told)
        except NoAnswer as error:
            if error.was_sent:
                return  # it is busy, and reads the order when it can; if it never does, the start's deadline ends it
            raise CannotStart("process_not_started") from error
        if "error" in answer:
            process.take_out(order.instance_id)
            if answer["error"] == "copy_still_runs":
                raise CannotStart("copy_still_runs")
            raise CannotStart("process_not_started")

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        """What its process says of it, or how the process ended."""
        for process in self._all():
            if instance_id in process.copies():
                return self._seen_in(process, instance_id).get(instance_id, ABSENT)
        return ABSENT

    def survey(self) -> dict[uuid.UUID, CopySeen]:
        """One question per process."""
        found: dict[uuid.UUID, CopySeen] = {}
        for process in self._all():
            found |= self._seen_in(process)
        return found

    def stop(self, instance_id: uuid.UUID) -> bool:
        """Asks the copy to end; cancels it once it had its time; ends a process that does not even listen."""
        process = self._of(instance_id)
        if process is None or not process.runs():
            return True
        key = (instance_id, process.copies()[instance_id])
        is_late = time.monotonic() - self._asked_to_end_at.get(key, time.monotonic()) >= PATIENCE_SECONDS
        try:
            gone = bool(process.ask(PoolOrder("kill" if is_late else "stop", str(instance_id)))["gone"])
        except (NoAnswer, KeyError):
            if is_late:
                process.kill()
            if (
                process.has_answered or time.monotonic() - process.known_since > BOOT_SECONDS
            ):  # one that is only just starting has not heard us yet
                self._asked_to_end_at.setdefault(key, time.monotonic())
            return not process.runs()
        self._asked_to_end_at.setdefault(key, time.monotonic())
        if gone:
            self._asked_to_end_at.pop(key, None)
        return gone

    def forget(self, instance_id: uuid.UUID) -> None:
        """Drops an ended copy, and with the last one a process that is gone."""
        process = self._of(instance_id)
        if process is None:
            return
        if process.runs():
            if self._seen_in(process, instance_id).get(instance_id, ABSENT).state == "running":
                return
            with contextlib.suppress(NoAnswer):
                process.ask(PoolOrder("forget", str(instance_id)))
        process.take_out(instance_id)
        self._drop_if_over(process)

    def known(self) -> Iterator[uuid.UUID]:
        """Instances in a process's list."""
        return iter([instance_id for process in self._all() for instance_id in process.copies()])

    def end_strays(self) -> int:
        """Ends processes with this installation's mark that are not on disk, and those that hang; tidies up after empty ones."""
        remembered = {process.record.pid for process in self._all()}
        found = 0
        for one in psutil.process_iter(["pid", "cmdline"]):
            words = one.info["cmdline"] or []
            if one.info["pid"] not in remembered and "--home" in words and self._mark() in words:
                found += 1
                with contextlib.suppress(psutil.Error):
                    one.terminate()
        for process in self._all():
            since = process.silent_since
            if since is not None and time.monotonic() - since > (SILENCE_SECONDS if process.has_answered else BOOT_SECONDS):
                process.kill()
            trim_log(process.folder / f"{process.record.number}.log")
            self._drop_if_over(process)
        return found

    def log_tail(self, instance_id: uuid.UUID, lines: int = 50) -> list[str]:
        """The last lines of one copy: from its process, or from what the process left when it is gone."""
        for process in PoolProcess.remembered(self._folder()):
            if instance_id not in process.copies():
                continue
            with contextlib.suppress(NoAnswer, KeyError):
                if process.runs():
                    return [str(line) for line in process.ask(PoolOrder("log", str(instance_id), lines=lines))["lines"]]
            mark = f"[{instance_id}] "
            with contextlib.suppress(FileNotFoundError):
                text = (process.folder / f"{process.record.number}.log").read_bytes()[-1_000_000:].decode("utf-8", "replace")
                return [line.removeprefix(mark) for line in text.splitlines() if line.startswith(mark)][-lines:]
        return []

    def _with_room(self, order: StartOrder) -> PoolProcess:
        most = 1 if order.alone else int(settings.ASTRA_POOL_SIZE)
        release = order.release or release_at_hand()
        for process in self._all():
            record = process.record
            if record.release == release and not record.alone and not order.alone and len(process.copies()) < most and process.runs():
                return process
        number = max(self._processes, default=0) + 1
        record = ProcessRecord(number, 0, "", release, order.alone)
        try:
            made = PoolProcess.spawn(self._folder(), self._program, record, child_environment(), self._mark(), most)
        except OSError as error:
            raise CannotStart("process_not_started") from error
        self._processes[number] = made
        return made

    def _seen_in(self, process: PoolProcess, only: uuid.UUID | None = None) -> dict[uuid.UUID, CopySeen]:
        """What a process says of its copies, or of one of them."""
        listed = process.copies()
        if not process.runs():
            return {instance_id: CopySeen("ended", generation, process.how_it_ended()) for instance_id, generation in listed.items()}
        try:
            patience = SILENT_ANSWER_SECONDS if process.silent_since is not None or not process.has_answered else None
            order = PoolOrder("list", str(only)) if only else PoolOrder("list", mark=process.mark)
            answer = process.ask(order, seconds=patience)
            if "same" in answer:
                return process.told
            rows = answer["copies"]
        except (NoAnswer, KeyError):
            if not process.runs():
                return self._seen_in(process)
            return {instance_id: CopySeen("running", generation) for instance_id, generation in listed.items()}
        found = {}
        for copy in map(PooledCopy.unpack, rows):
            state = CopySeen("running", copy.generation)
            if copy.exit_code is not None:
                state = CopySeen("ended", copy.generation, reason_of(copy.exit_code))
            found[uuid.UUID(copy.instance)] = state
        if only is None:
            process.told, process.mark = found, str(answer.get("mark", ""))
        return found

    def _of(self, instance_id: uuid.UUID) -> PoolProcess | None:
        return next((process for process in self._all() if instance_id in process.copies()), None)

    def _all(self) -> list[PoolProcess]:
        """The processes of this installation: read from disk once, for the supervisor is the only one that changes them."""
        folder = self._folder()
        if self._known_folder != folder:
            self._known_folder = folder
            self._processes = {process.record.number: process for process in PoolProcess.remembered(folder)}
        return list(self._processes.values())

    def _drop_if_over(self, process: PoolProcess) -> None:
        if not process.copies() and not process.runs():
            process.drop()
            self._processes.pop(process.record.number, None)

    def _folder(self) -> Path:
        folder = Path(settings.ASTRA_HOME) / "bots" / "pool"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _mark(self) -> str:
        return sha256(str(self._folder().resolve()).encode()).hexdigest()[:16]


@cache
def release_at_hand() -> str:
    """The mark of the bot's code as it lies here: after an upgrade new copies go into a process of the new code, and one that still
    runs the old goes home when its last copy was restarted."""
    digest = sha256()
    for part in (astra.bot, astra.protocol):
        for path in sorted(Path(part.__path__[0]).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
