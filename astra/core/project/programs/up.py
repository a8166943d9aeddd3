"""``astra up``: everything a small seller runs, on one machine, with the embedded database."""

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Mapping

import httpx

from astra.core.project.addresses import Addresses
from astra.core.project.foreman import ChildFailed, Foreman, end_leftovers
from astra.core.project.home import astra_home
from astra.core.project.postgresql.prepare import embedded_server

READY_SECONDS = 60


def main(argv: list[str]) -> int:
    """Prepares the database, starts web, worker and supervisor, restarts what ends; stops on Ctrl-C."""
    parser = argparse.ArgumentParser(prog="astra up", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("ASTRA_PORT", "8000")))
    options = parser.parse_args(argv)
    home = astra_home()
    end_leftovers(home)
    environment = {**os.environ, "ASTRA_HOME": str(home), "ASTRA_PORT": str(options.port)}
    foreman = Foreman(home)
    stop_on_signals(foreman)
    try:
        start_product(foreman, environment, Addresses(options.port))
        print(f"ready http://localhost:{options.port}", flush=True)
        foreman.watch()
    except ChildFailed as error:
        if not foreman.stopping.is_set():
            print(error, file=sys.stderr)
            return 1
    finally:
        stop_product(foreman, environment)
    return 0


def start_product(foreman: Foreman, environment: Mapping[str, str], addresses: Addresses) -> None:
    """Database, tables, web, worker, supervisor, in this order. Raises ChildFailed."""
    foreman.run("prepare", ["prepare"], environment)
    foreman.start("web", ["web", "--port", str(addresses.portal)], environment, ready_word="Listening at")
    foreman.start("worker", ["worker"], environment)
    foreman.start("supervisor", ["supervisor"], environment)
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
    server = embedded_server(int(environment["ASTRA_PORT"]) + 432) if "DATABASE_URL" not in environment else None
    if server is not None:
        server.stop()


def stop_on_signals(foreman: Foreman) -> None:
    """Ctrl-C and SIGTERM end the watch; a second one changes nothing: the children are already being ended."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: foreman.stopping.set())
