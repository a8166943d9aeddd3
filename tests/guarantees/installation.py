"""A whole installation whose worker the test holds in its hand: it can be killed, its queue emptied, its database crashed."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg

from astra.core.project.addresses import BLOCK, free_block
from astra.core.project.foreman import Foreman
from astra.core.project.home import own_secret
from astra.core.project.postgresql.server import Server
from astra.core.project.programs.demo import demo_environment, start_sandboxes
from astra.core.project.programs.up import wait_until_ready
from tests.journey.guild import Discord
from tests.journey.world import Bank

ROOT = Path(__file__).resolve().parents[2]
# Below the ports that the system hands out by itself, and apart from the demo's and the journey's.
FIRST_PORT, BLOCKS = 20000, 12


class Installation:
    """Sandboxes, database and web run all the time; workers come and go."""

    def __init__(self, home: Path) -> None:
        self.home = home
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        with self._own_home():
            # Two runs on one machine begin at different blocks: both looking for a free one at once would find the same.
            self.addresses, _ = free_block(FIRST_PORT + zlib.crc32(str(home).encode()) % BLOCKS * BLOCK)
            self.environment = demo_environment(home, self.addresses)
            # The name of the test run's own database, set while its other tests run, is not this installation's.
            self.environment.pop("ASTRA_DATABASE_NAME", None)
            # Nor is the server that the other tests were given: this one is crashed, and its roles have passwords of its own.
            self.environment.pop("DATABASE_URL", None)
            self.server = Server(home=home, port=self.addresses.port("database"))
        self.foreman = Foreman(home)
        self.worker: subprocess.Popen[bytes] | None = None
        self.discord = Discord(self.addresses.machine_url("discord"))
        self.bank = Bank(self.addresses.machine_url("payments"))
        self.started = 0
        self.shop: dict[str, Any] = {}

    def start(self) -> None:
        """Everything but a worker. Raises ChildFailed."""
        start_sandboxes(self.foreman, self.environment, self.addresses, self.home)
        self.foreman.run("prepare", ["prepare"], self.environment)
        self.foreman.start("web", ["web", "--port", str(self.addresses.portal)], self.environment, ready_word="Listening at")
        wait_until_ready(self.addresses.machine_url("portal"), self.foreman)

    def stop(self) -> None:
        """Ends all of it and deletes the database."""
        self.kill_worker()
        self.foreman.stop()
        with self._own_home():
            self.server.stop()
            self.server.forget()

    def script(self, module: str, *arguments: str) -> Any:
        """Runs a module with the installation's environment; returns the JSON of its last line."""
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        lines = done.stdout.strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    def start_worker(self, *, die_at: int = 0, sweep_seconds: float = 0.5) -> Path:
        """A worker that dies at a point (0: never). Returns the file with the points it met."""
        self.started += 1
        points = self.home / f"points-{self.started}.txt"
        points.touch()
        options = ["--at", str(die_at), "--points", str(points), "--sweep-seconds", str(sweep_seconds)]
        log = (self.home / "log" / "worker.log").open("ab")
        self.worker = subprocess.Popen(
            [sys.executable, "-m", "tests.guarantees.worker_that_dies", *options],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        return points

    def wait_until_dead(self, seconds: float) -> bool:
        """Whether the worker killed itself within the time."""
        assert self.worker is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.worker.wait(seconds) == -signal.SIGKILL
        return False

    def kill_worker(self) -> None:
        """SIGKILL, wherever it is."""
        if self.worker is not None and self.worker.poll() is None:
            self.worker.kill()
            self.worker.wait(10)
        self.worker = None

    def lose_queue(self) -> int:
        """Deletes every row of the queue; returns how many there were."""
        with self._administrator() as connection:
            return connection.execute("DELETE FROM procrastinate_jobs").rowcount

    def crash_database(self) -> None:
        """As a power cut, then a start."""
        with self._own_home():
            self.server.stop("immediate")
            self.server.ensure_running()

    def move_clock(self, step: str) -> None:
        """Moves the time of product and sandboxes."""
        self.script_plain("clock", step)

    def script_plain(self, *arguments: str) -> str:
        """Runs ``astra <arguments>``."""
        return self.foreman.run(arguments[0], list(arguments), self.environment)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the database holds, as its administrator sees it (row security does not bind him)."""
        with self._administrator() as connection:
            return connection.execute(sql, values).fetchall()  # type: ignore[call-overload, no-any-return]

    def charges(self) -> list[dict[str, Any]]:
        """Every charge that exists at the bank."""
        key = self.environment["ASTRA_SANDBOX_PAYMENTS_KEY"]
        url = f"{self.addresses.machine_url('payments')}/v1/charges"
        return list(httpx.get(url, headers={"Authorization": f"Bearer {key}"}, timeout=10).json()["data"])

    def violations(self) -> dict[str, Any]:
        """The invariants that do not hold, asked by the product itself."""
        return dict(self.script("tests.guarantees.invariants"))

    def wait(self, sql: str, *values: Any, seconds: float = 30) -> bool:
        """Waits until a query's first value is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = self.rows(sql, *values)
            if found and found[0][0]:
                return True
            time.sleep(0.1)
        return False

    @contextlib.contextmanager
    def _administrator(self) -> Iterator[psycopg.Connection[Any]]:
        with self._own_home():
            password = own_secret("database-administrator")
        port = self.addresses.port("database")
        with psycopg.connect(f"postgresql://astra_root:{password}@127.0.0.1:{port}/astra", autocommit=True) as connection:
            yield connection

    @contextlib.contextmanager
    def _own_home(self) -> Iterator[None]:
        earlier = os.environ.get("ASTRA_HOME")
        os.environ["ASTRA_HOME"] = str(self.home)
        try:
            yield
        finally:
            if earlier is None:
                del os.environ["ASTRA_HOME"]
            else:
                os.environ["ASTRA_HOME"] = earlier
