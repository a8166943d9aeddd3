"""``astra reset``: forgets everything of this installation, data and keys together."""

import argparse
import shutil
import sys

from astra.core.project.foreman import end_leftovers
from astra.core.project.home import astra_home
from astra.core.project.postgresql.prepare import embedded_server


def main(argv: list[str]) -> int:
    """Stops what runs, then deletes ``$ASTRA_HOME``. Refuses without ``--yes`` when nobody can be asked."""
    parser = argparse.ArgumentParser(prog="astra reset", description=__doc__)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(argv)
    home = astra_home()
    if not home.exists():
        print(f"{home}: nothing to forget.")
        return 0
    if not options.yes:
        if not sys.stdin.isatty():
            print("Say --yes: this deletes shops, money rows and keys of this installation. Nothing was deleted.")
            return 1
        if input(f"Delete all data and keys in {home}? Type yes: ").strip() != "yes":
            print("Nothing was deleted.")
            return 1
    end_leftovers(home)
    server = embedded_server()
    if server is not None:
        server.stop()
        server.forget()
    shutil.rmtree(home)
    print(f"{home}: forgotten.")
    return 0
