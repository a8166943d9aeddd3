"""The embedded PostgreSQL: a real server of our own on 127.0.0.1, started, stopped, killed and found again."""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import psycopg

from astra.core.project.addresses import is_free
from astra.core.project.home import claim_home, own_secret
from astra.core.project.postgresql.binaries import bin_folder, open_folder, reachable_by_others, run_as
from astra.core.project.postgresql.place import belongs_to, data_folder, write_owner

ADMINISTRATOR = "astra_root"
START_SECONDS = 60
BUSY_SECONDS = 5
PORTS_TRIED = 200


class ServerFailed(RuntimeError):
    """The embedded database did not start; the text says why. Nothing in it was lost."""


class PortTaken(ServerFailed):
    """Another program listens where the embedded database should."""


@dataclass(frozen=True, slots=True)
class Server:
    """One embedded server: the folder that holds it, its port, and whether it may forget the last second (tests)."""

    home: Path
    port: int
    durable: bool = True

    @property
    def data(self) -> Path:
        """The data folder: in ``$ASTRA_HOME``, or in /var/lib/astra when its user could not reach it there."""
        return data_folder(self.home)

    @property
    def administrator_url(self) -> str:
        """Where the administrator of this server connects."""
        password = own_secret("database-administrator", self.home)
        return f"postgresql://{ADMINISTRATOR}:{password}@127.0.0.1:{self.port}/postgres"

    def ensure_running(self) -> None:
        """Starts the server unless it runs already (it outlives the program that started it). Raises ServerFailed."""
        with self._alone():
            self._ensure()

    def ensure_running_somewhere(self) -> "Server":
        """Finds the running server at whatever port it has, or starts it at the first free port from its own upwards.

        Returns the server with the port that it has. Raises ServerFailed.
        """
        with self._alone():
            running = self.running_port()
            if running and (found := replace(self, port=running)).answers():
                return found
            for port in range(self.port, self.port + PORTS_TRIED):
                if is_free(port):
                    moved = replace(self, port=port)
                    try:
                        moved._ensure()
                    except PortTaken:
                        continue  # another installation was quicker
                    return moved
        raise PortTaken(f"No port is free from {self.port} up. Nothing was started.")

    def answers(self) -> bool:
        """Whether our own server accepts our administrator now."""
        return self._refusal() is None

    def stop(self, mode: str = "fast") -> None:
        """Stops the server (``fast`` ends sessions cleanly, ``immediate`` is a crash). Fine when it does not run."""
        # pg_ctl signals whatever process has the number in the pid file: it must be ours.
        if self.pid():
            self._run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "-t", "30", "stop", check=False)

    def kill(self) -> None:
        """Ends the server with SIGKILL, as a power cut would; waits until it is gone."""
        pid = self.pid()
        if pid:
            os.kill(pid, signal.SIGKILL)
            deadline = time.monotonic() + 10
            while psutil.pid_exists(pid) and time.monotonic() < deadline:
                time.sleep(0.05)

    def pid(self) -> int | None:
        """The server's process, when its pid file names a living one that is ours: numbers are used again."""
        try:
            pid = int(self._pid_file()[0])
            return pid if str(self.data) in psutil.Process(pid).cmdline() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def running_port(self) -> int | None:
        """The port of our server if it runs, be it another than ours (the installation was moved by ``--port``)."""
        try:
            return int(self._pid_file()[3]) if self.pid() else None
        except (OSError, ValueError, IndexError):
            return None

    def forget(self) -> None:
        """Deletes the data folder of a stopped server."""
        data = self.data
        # In /var/lib/astra a folder of its own is around it; in ASTRA_HOME the folder goes when it is empty.
        shutil.rmtree(data, ignore_errors=True)
        if data.parent.is_dir() and not any(data.parent.iterdir()):
            data.parent.rmdir()

    def _ensure(self) -> None:
        if self.answers():
            return
        self.stop()  # it runs on another port, or with the keys of an installation that is gone
        self._settle_keys()
        if not (self.data / "PG_VERSION").exists():
            self._create()
        if run_as() and not reachable_by_others(self.data.parent):
            raise ServerFailed(
                f"The database lies in {self.data}, which its user may no longer enter: a folder above it was closed to others. "
                "Nothing was lost; open that folder again (chmod o+x)."
            )
        self._drop_stale_pid_file()
        self._start()

    def _drop_stale_pid_file(self) -> None:
        """After a power cut the number in the file may be another program's: the server would take it for itself and not start."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            if self.pid() is None and psutil.pid_exists(int(self._pid_file()[0])):
                (self.data / "postmaster.pid").unlink()

    def _settle_keys(self) -> None:
        """Data whose keys were deleted is of no use to anybody: set aside in /var/lib/astra, refused in ``$ASTRA_HOME``."""
        data = self.data
        if belongs_to(data, own_secret("database-administrator", self.home)):
            return
        if data.is_relative_to(self.home):
            raise ServerFailed(
                f"The database in {data} was made with other keys than those in {self.home / 'keys'}. Nothing was lost: "
                "give the keys back, or forget this installation with `astra reset`."
            )
        if not self.durable:
            self.forget()
            return
        aside = data.with_name(f"data-without-keys-{int(time.time())}")
        data.rename(aside)
        print(f"The keys of the database in {data.parent} are gone. It was set aside as {aside}; a new one is made.", file=sys.stderr)

    def _create(self) -> None:
        owner = run_as()
        if owner:
            open_folder(self.data.parent)
        self.data.parent.mkdir(exist_ok=True)
        # Made beside its place and moved there whole: a start that is cut off here leaves no half database.
        draft = self.data.with_name("data-new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = own_secret("database-administrator", self.home)
        with tempfile.NamedTemporaryFile("w", dir=self.data.parent, prefix="pw") as handle:
            handle.write(password)
            handle.flush()
            if owner:
                for path in (draft, Path(handle.name)):
                    os.chown(path, owner.pw_uid, owner.pw_gid)
            options = ["-U", ADMINISTRATOR, "--auth=scram-sha-256", f"--pwfile={handle.name}"]
            if not self.durable:
                options.append("--no-sync")
            self._run("initdb", "-D", str(draft), *options, "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums")
        write_owner(draft, password)
        draft.rename(self.data)

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
        start = ["-D", str(self.data), "-w", "-t", "30", "-l", str(log), "-o", " ".join(options), "start"]
        begun = time.monotonic()
        while True:
            done = self._run("pg_ctl", *start, check=False)
            refusal = self._refusal() if done.returncode == 0 else ""
            if refusal is None:
                return
            if "password authentication failed" in refusal:
                self.stop()
                raise ServerFailed(f"The database in {self.data} does not accept this installation's password. Nothing was lost.")
            # After a crash the old server's children need a moment to go; until then a start is refused.
            waited = time.monotonic() - begun
            if waited > BUSY_SECONDS and not self.pid() and not is_free(self.port):
                raise PortTaken(f"Port {self.port} is taken by another program: the embedded database did not start. Nothing was lost.")
            if waited > START_SECONDS:
                tail = log.read_text(errors="replace")[-800:] if log.exists() else done.stderr
                raise ServerFailed(f"The embedded database did not start on port {self.port}. Its log ends with:\n{tail}")
            time.sleep(0.5)

    def _refusal(self) -> str | None:
        """Why our administrator cannot speak to our own server on our port, or None when he can."""
        try:
            with psycopg.connect(self.administrator_url, connect_timeout=3) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.Error as error:
            return str(error)
        return None if row and Path(row[0]).resolve() == self.data.resolve() else "another server answers"

    def _pid_file(self) -> list[str]:
        return (self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()

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
                umask=0o077,
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
        claim_home(self.home)
        with (self.home / "postgresql.lock").open("w", encoding="ascii") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
