"""``astra reset``: forgets everything of this installation, data and keys together."""

import argparse
import contextlib
import os
import sys
import time
from pathlib import Path

from astra.core.project.foreman import ChildFailed, Foreman, end_leftovers, end_process, running_foreman
from astra.core.project.home import CONTENTS, MARKER, NotAnInstallation, astra_home, check_installation, forget_home
from astra.core.project.postgresql.prepare import embedded_server
from astra.core.project.postgresql.server import Server

STOP_SECONDS = 60


def main(argv: list[str]) -> int:
    """Stops what runs, then deletes what the programs put into ``$ASTRA_HOME``. Refuses without ``--yes`` when nobody can be asked."""
    parser = argparse.ArgumentParser(prog="astra reset", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(argv)
    home = astra_home()
    if not any((home / name).exists() for name in (MARKER, *CONTENTS)):
        print(f"{home}: nothing to forget.")
        return 0
    try:
        check_installation(home)
    except NotAnInstallation as error:
        print(error, file=sys.stderr)
        return 1
    if not options.yes:
        if not sys.stdin.isatty():
            print("Say --yes: this deletes shops, money rows and keys of this installation. Nothing was deleted.", file=sys.stderr)
            return 1
        if input(f"Delete all data and keys in {home}? Type yes: ").strip() != "yes":
            print("Nothing was deleted.")
            return 1
    _stop_everything(home)
    left = forget_home(home)
    print(f"{home}: forgotten." + (f" Left there, because it is no part of it: {', '.join(left)}." if left else ""))
    if embedded_server() is None:
        print("The database of DATABASE_URL was not touched. What it holds cannot be read without the keys that were deleted.")
    return 0


def _stop_everything(home: Path) -> None:
    """The foreman ends its programs in order; what a killed one left is ended here, then the bots, then the database."""
    foreman = running_foreman(home)
    if foreman and foreman != os.getpid():
        end_process(foreman, STOP_SECONDS)
        deadline = time.monotonic() + 5
        while running_foreman(home) and time.monotonic() < deadline:
            time.sleep(0.1)
    end_leftovers(home)
    if any((home / "bots").glob("*.json")):
        with contextlib.suppress(ChildFailed):
            Foreman(home).run("supervisor", ["supervisor", "--end-bots"], os.environ, seconds=30)
    # Also when DATABASE_URL is given now: an embedded database of an earlier time is part of the installation.
    server = Server(home=home, port=0)
    server.stop()
    server.forget()
