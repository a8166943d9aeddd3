"""``astra up``: everything a small seller runs, on one machine, with the embedded database."""

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from astra.core.project.addresses import Addresses, NoFreePorts, busy_words, free_block
from astra.core.project.foreman import AlreadyRunning, ChildFailed, Foreman, end_leftovers, only_foreman
from astra.core.project.home import NotAnInstallation, astra_home
from astra.core.project.postgresql.keeper import ServerKeeper
from astra.core.project.postgresql.prepare import embedded_server

READY_SECONDS = 60


def main(argv: list[str]) -> int:
    """Prepares the database, starts web, worker and supervisor, restarts what ends; stops on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="astra up", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("ASTRA_PORT", "8000")))
    options = parser.parse_args(argv)
    home = astra_home()
    try:
        with only_foreman(home):
            return _run(home, options.port)
    except (AlreadyRunning, NotAnInstallation, NoFreePorts) as error:
        print(error, file=sys.stderr)
        return 1


def _run(home: Path, port: int) -> int:
    end_leftovers(home)
    addresses = _addresses(port)
    environment = {**os.environ, "ASTRA_HOME": str(home), "ASTRA_PORT": str(addresses.portal), "PYTHONUNBUFFERED": "1"}
    foreman = Foreman(home)
    stop_on_signals(foreman)
    try:
        start_product(foreman, environment, addresses)
        print(f"ready http://localhost:{addresses.portal}", flush=True)
        foreman.watch()
    except ChildFailed as error:
        if not foreman.stopping.is_set():
            print(error, file=sys.stderr)
            return 1
    finally:
        stop_product(foreman, environment)
    return 0


def _addresses(port: int) -> Addresses:
    """The ports of the portal and of the embedded database. A busy one is named; the block moves unless its address is fixed.

    Raises NoFreePorts.
    """
    server = embedded_server(None if os.environ.get("ASTRA_DATABASE_PORT") else port + 432)
    if server is not None:
        server.stop()  # its foreman was killed: otherwise it would be met below as a busy port
    moving = server is not None and not os.environ.get("ASTRA_DATABASE_PORT")
    chosen, busy = free_block(port, names=("portal", "database") if moving else ("portal",))
    if busy and (os.environ.get("ASTRA_PUBLIC_URL") or os.environ.get("ASTRA_ENVIRONMENT") == "production"):
        raise NoFreePorts(f"Port {', '.join(map(str, busy))} is taken by another program. Nothing was started; choose another with --port.")
    if busy:
        print(busy_words(busy, chosen), flush=True)
    return chosen


def start_product(foreman: Foreman, environment: Mapping[str, str], addresses: Addresses) -> None:
    """Database and tables, then web, worker and supervisor side by side; the embedded database is looked after. Raises ChildFailed."""
    foreman.run("prepare", ["prepare"], environment)
    server = embedded_server(int(environment["ASTRA_PORT"]) + 432)
    if server is not None:
        foreman.looks.append(ServerKeeper(server).look)
    foreman.await_ready(
        foreman.launch("web", ["web", "--port", str(addresses.portal)], environment, ready_word="Listening at"),
        foreman.launch("worker", ["worker"], environment),
        foreman.launch("supervisor", ["supervisor"], environment),
    )
    wait_until_ready(addresses.machine_url("portal"), foreman)


def wait_until_ready(url: str, foreman: Foreman) -> None:
    """Returns when ``/readyz`` answers 200. Raises ChildFailed after a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not foreman.stopping.is_set():
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{url}/readyz", timeout=5).status_code == 200:
                return
        time.sleep(0.1)
    raise ChildFailed(f"The web server did not become ready. The end of its log:\n{foreman.tail('web')}")


def stop_product(foreman: Foreman, environment: Mapping[str, str]) -> None:
    """Ends the programs, then the bots (which outlive their supervisor), then the embedded database."""
    foreman.stop()
    with contextlib.suppress(ChildFailed):
        foreman.run("supervisor", ["supervisor", "--end-bots"], environment, seconds=30)
    server = embedded_server(int(environment["ASTRA_PORT"]) + 432)
    if server is not None:
        server.stop()


def stop_on_signals(foreman: Foreman) -> None:
    """Ctrl-C and SIGTERM end the watch; a second one changes nothing: the children are already being ended."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: foreman.stopping.set())
