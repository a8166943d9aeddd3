"""Installations of the tests' own: folders that others may enter, free ports, real processes that are ended afterwards."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from astra.core.project.foreman import end_leftovers
from astra.core.project.postgresql.server import Server

ROOT = Path(__file__).resolve().parents[4]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(home: Path) -> None:
    """Ends whatever runs for an installation and deletes it."""
    end_leftovers(home)
    server = Server(home=home, port=0)
    server.stop("immediate")
    server.forget()
    shutil.rmtree(home, ignore_errors=True)


def environment(home: Path, **more: str) -> dict[str, str]:
    """A program's environment: this installation and nothing of the tests' own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ASTRA_", "DATABASE_URL", "DJANGO_"))}
    return {**kept, "ASTRA_HOME": str(home), **more}


def astra(home: Path, *arguments: str, seconds: float = 60, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs ``astra <arguments>`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "astra", *arguments],
        cwd=ROOT,
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


@pytest.fixture
def home() -> Iterator[Path]:
    """An installation's folder that every user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="astra-home-")).resolve()
    folder.chmod(0o755)
    yield folder
    end(folder)


@pytest.fixture(scope="module")
def shared_home() -> Iterator[Path]:
    """One for a whole file, where what a test leaves does not matter to the next."""
    folder = Path(tempfile.mkdtemp(prefix="astra-home-")).resolve()
    folder.chmod(0o755)
    yield folder
    end(folder)


@pytest.fixture(scope="module")
def server(shared_home: Path) -> Server:
    """A running embedded server, for a whole file."""
    it = Server(home=shared_home, port=free_port())
    it.ensure_running()
    return it
