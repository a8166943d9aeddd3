"""The embedded PostgreSQL: a real server of our own on 127.0.0.1, started, stopped, killed and found again."""

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from astra.core.project.home import own_secret
from astra.core.project.postgresql.binaries import ROOT_PLACE, bin_folder, reachable_by_others, run_as

ADMINISTRATOR = "astra_root"
START_SECONDS = 60


class ServerFailed(RuntimeError):
    """The embedded database did not start; its log says why. Nothing in it was lost."""


@dataclass(frozen=True, slots=True)
class Server:
    """One embedded server: the folder that holds it, its port, and whether it may forget the last second (tests)."""

    home: Path
    port: int
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data folder: in ``$ASTRA_HOME``, or in /var/lib/astra when its user could not reach it there."""
        inside = self.home / "postgresql"
        if run_as() is None or reachable_by_others(_existing(self.home)):
            return inside / "data"
        return ROOT_PLACE / "postgresql" / hashlib.sha256(str(self.home).encode()).hexdigest()[:16] / "data"

    @property
    def administrator_url(self) -> str:
        """Where the administrator of this server connects."""
        password = own_secret("database-administrator")
        return f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{self.port}/postgres"

    def ensure_running(self) -> None:
        """Starts the server unless it runs already (it outlives the program that started it). Raises ServerFailed."""
        with self._alone():
            if self.answers():
                return
            if not (self.data / "PG_VERSION").exists():
                self._create()
            self.stop()  # it runs on another port: the installation was moved by --port
            self._start()

    def answers(self) -> bool:
        """Whether our own server accepts our administrator now."""
        try:
            with psycopg.connect(self.administrator_url, connect_timeout=3) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
                return row is not None and Path(row[0]) == self.data
        except psycopg.Error:
            return False

    def stop(self, mode: str = "fast") -> None:
        """Stops the server (``fast`` ends sessions cleanly, ``immediate`` is a crash). Fine when it does not run."""
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "30", "stop", check=False)

    def kill(self) -> None:
        """Ends the server with SIGKILL, as a power cut would; waits until it is gone."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            for _ in range(200):
                if not Path(f"/proc/{pid}").exists():
                    return
                time.sleep(0.05)

    def pid(self) -> int | None:
        """The server's process, when its pid file names a living one."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return None
        return pid

    def forget(self) -> None:
        """Deletes the data folder of a stopped server."""
        shutil.rmtree(self.data, ignore_errors=True)

    def _create(self) -> None:
        self.data.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent, prefix="pw") as handle:
            handle.write(own_secret("database-administrator"))
            handle.flush()
            owner = run_as()
            if owner:
                for path in (self.data, Path(handle.name)):
                    os.chown(path, owner.pw_uid, owner.pw_gid)
            self._run(
                "initdb",
                "-D",
                str(self.data),
                "-U",
                ADMINISTRATOR,
                "--auth=scram-sha-256",
                f"--pwfile={handle.name}",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--data-checksums",
            )

    def _start(self) -> None:
        options = [
            "-c listen_addresses=127.0.0.1",
            f"-p {self.port}",
            "-c unix_socket_directories=''",
            "-c max_connections=200",
            "-c shared_buffers=128MB",
            "-c password_encryption=scram-sha-256",
        ]
        if not self.durable:
            options += ["-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"]
        log = self.data / "server.log"
        deadline = time.monotonic() + START_SECONDS
        while True:
            done = self._run(
                "pg_ctl",
                "-D",
                str(self.data),
                "-w",
                "-t",
                "30",
                "-l",
                str(log),
                "-o",
                " ".join(options),
                "start",
                check=False,
            )
            if done.returncode == 0 and self.answers():
                return
            # After a crash the old server's children need a moment to go; until then a start is refused.
            if time.monotonic() > deadline:
                tail = log.read_text(errors="replace")[-800:] if log.exists() else done.stderr
                raise ServerFailed(f"The embedded database did not start on port {self.port}. Its log ends with:\n{tail}")
            time.sleep(0.5)

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        owner = run_as()
        # Not captured through pipes: the server would inherit and hold them open for ever.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(bin_folder() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=owner.pw_uid if owner else None,
                group=owner.pw_gid if owner else None,
                extra_groups=[] if owner else None,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
                start_new_session=True,
                check=False,
            )
            output.seek(0)
            text = output.read()
        if check and done.returncode:
            raise ServerFailed(f"{program} failed: {text[-800:]}")
        return subprocess.CompletedProcess(done.args, done.returncode, text, text)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgresql.lock").open("w", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
