"""A container engine for tests: one daemon for all test processes of this checkout, started when the first needs it.

It has a socket and folders of its own, touches no firewall and makes no default network. The last test process that used it ends it
by its pid. Images stay, so the bot's is loaded once.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psutil
import pytest
from docker import APIClient
from docker.errors import APIError, DockerException, ImageNotFound
from requests.exceptions import JSONDecodeError

from deploy.bot_image import ARCHIVE, CannotBuild, build

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".astra" / "test" / "docker"
# Sockets lie here: their paths may not be longer than 107 bytes.
PLACE = Path(tempfile.gettempdir()) / f"astra-docker.{hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]}"
START_SECONDS = 30
STOP_SECONDS = 20
# `.ci/run` looks for these words: where they are printed, nothing was proven about containers.
MISSING = "NO CONTAINER ENGINE"
# Where a person lends an engine.
LENT = "ASTRA_TEST_DOCKER_HOST"


class NoEngine(RuntimeError):
    """This machine has no engine for the tests; says why and what to do."""


@pytest.fixture(scope="session")
def docker_host() -> Iterator[str]:
    """The address of an engine that holds the bot's image; without one the test is skipped, loudly."""
    try:
        with running() as address:
            yield address
    except NoEngine as error:
        pytest.skip(f"{MISSING}: {error} Nothing about containers was proven.")


@pytest.fixture(scope="session")
def bot_image(docker_host: str) -> str:
    """The id of the bot's image, in the engine."""
    return load_image(docker_host)


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The engine's address for as long as the block runs. Raises NoEngine."""
    lent = os.environ.get(LENT, "")
    if lent:
        yield lent
        return
    program = shutil.which("dockerd")
    if program is None:
        raise NoEngine("dockerd is not installed (as root: apt-get install --no-install-recommends docker.io).")
    if os.geteuid() != 0:
        raise NoEngine(f"only root may start one here; lend one with {LENT}=unix:///var/run/docker.sock.")
    DATA.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        with _alone():
            users = held.enter_context((PLACE / "users.lock").open("w"))
            address = _ensure(program)
            fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield address
        finally:
            with _alone():
                with contextlib.suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # nobody else uses it
                    _stop()
                    _tidy()


def load_image(address: str) -> str:
    """Builds the bot's image when it changed, brings it into the engine when it is not there; returns its id. Raises NoEngine."""
    with _alone("image.lock"):
        try:
            image_id = build()
        except CannotBuild as error:
            raise NoEngine(f"the bot's image cannot be built: {error}.") from error
        client = APIClient(base_url=address, version="auto", timeout=60)
        try:
            client.inspect_image(image_id)
        except ImageNotFound:
            with ARCHIVE.open("rb") as archive:
                list(client.load_image(archive))
            client.inspect_image(image_id)
        return image_id


def memory_of_containers(address: str) -> list[float]:
    """What each running bot's container holds, in MiB, as ``docker stats`` counts it: without files that can be read again."""
    client = APIClient(base_url=address, version="auto", timeout=30)
    found = []
    for one in client.containers(filters={"label": "astra.installation"}):
        try:
            told = client.stats(one["Id"], stream=False)["memory_stats"]
            kinds = told["stats"]
        except (JSONDecodeError, APIError, KeyError):
            continue  # it ended while the engine was reading it
        found.append((told["usage"] - kinds.get("total_inactive_file", kinds.get("inactive_file", 0))) / 2**20)
    return found


@contextlib.contextmanager
def _alone(name: str = "start.lock") -> Iterator[IO[str]]:
    with contextlib.ExitStack() as held:
        handle = None
        while handle is None:
            PLACE.mkdir(mode=0o700, exist_ok=True)
            # Who had it before may take the folder away with it: then the lock is another file by now, or none.
            with contextlib.suppress(FileNotFoundError):
                taken = held.enter_context((PLACE / name).open("w"))
                fcntl.flock(taken, fcntl.LOCK_EX)
                if os.path.samestat(os.fstat(taken.fileno()), (PLACE / name).stat()):
                    handle = taken
        yield handle


def _ensure(program: str) -> str:
    address = f"unix://{PLACE / 'docker.sock'}"
    if _answers(address):
        return address
    _stop()  # one that hangs
    arguments = [
        program,
        *("--host", address, "--data-root", str(DATA), "--exec-root", str(PLACE / "exec"), "--pidfile", str(PLACE / "pid")),
        *("--config-file", str(PLACE / "none.json"), "--bridge=none", "--iptables=false", "--ip6tables=false"),
        *("--ip-forward=false", "--ip-masq=false", "--userland-proxy=false"),
        *("--default-address-pool", "base=10.213.0.0/16,size=28"),
    ]
    (PLACE / "none.json").write_text("{}", encoding="ascii")
    with (DATA.parent / "dockerd.log").open("wb") as log:
        subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(address):
        if time.monotonic() > deadline:
            _stop()
            told = (DATA.parent / "dockerd.log").read_text(errors="replace").strip().splitlines()
            raise NoEngine(f"dockerd did not start: {told[-1] if told else 'it said nothing'} ({DATA.parent / 'dockerd.log'}).")
        time.sleep(0.1)
    _sweep(address)
    return address


def _answers(address: str) -> bool:
    try:
        return bool(APIClient(base_url=address, version="auto", timeout=5).ping())
    except (DockerException, OSError):
        return False


def _sweep(address: str) -> None:
    """What a killed test run left."""
    client = APIClient(base_url=address, version="auto", timeout=30)
    for one in client.containers(all=True, filters={"label": "astra.installation"}):
        client.remove_container(one["Id"], force=True)
    for one in client.networks(filters={"label": "astra.installation"}):
        client.remove_network(one["Id"])


def _stop() -> None:
    """Ends the daemon whose pid it wrote down itself; it takes its containerd and its containers with it."""
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        daemon = psutil.Process(int((PLACE / "pid").read_text()))
        if str(PLACE / "pid") not in daemon.cmdline():
            return  # somebody else's process by now
        daemon.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        # Whose child it is may have ended before: then nobody takes its last state, and it stays as a zombie.
        while daemon.is_running() and daemon.status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(daemon.pid, os.WNOHANG)
            time.sleep(0.05)
        if daemon.is_running() and daemon.status() != psutil.STATUS_ZOMBIE:
            daemon.kill()


def _tidy() -> None:
    """Takes away what an ended daemon leaves: the mount of its network namespace, its sockets, the folder.

    Best effort: with something still mounted the folder stays, and the next daemon goes on with it.
    """
    for mount in _mounts():
        subprocess.run(["umount", mount], stderr=subprocess.DEVNULL, check=False)
    if not _mounts():
        shutil.rmtree(PLACE, ignore_errors=True)


def _mounts() -> list[str]:
    """What is mounted below the daemon's folder, the innermost first."""
    return sorted((one.mountpoint for one in psutil.disk_partitions(all=True) if Path(one.mountpoint).is_relative_to(PLACE)), reverse=True)
