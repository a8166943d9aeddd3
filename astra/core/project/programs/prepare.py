"""From nothing to a product that can start."""

import argparse
import sys

import psycopg

from astra.core.project.home import NotAnInstallation
from astra.core.project.postgresql.binaries import NoUser
from astra.core.project.postgresql.prepare import prepare_server
from astra.core.project.postgresql.provision import ServerTooOld
from astra.core.project.postgresql.server import ServerFailed
from astra.core.project.programs.django_up import set_up
from astra.core.project.programs.safe_start import refuse_unsafe_start


def main(argv: list[str]) -> int:
    """Starts the embedded database if it is used, migrates, collects static files. Safe to repeat."""
    parser = argparse.ArgumentParser(prog="astra prepare", description=main.__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether the product may start here; change nothing")
    if parser.parse_args(argv).check:
        set_up()
        refuse_unsafe_start()
        return 0
    try:
        prepare()
    except (ServerFailed, ServerTooOld, NoUser, NotAnInstallation) as error:
        print(error, file=sys.stderr)
        return 1
    except psycopg.OperationalError as error:
        print(f"The database does not let us in: {str(error).strip()}\nNothing was changed; look at DATABASE_URL.", file=sys.stderr)
        return 1
    return 0


def prepare() -> None:
    """What ``astra prepare`` does, for ``up`` and ``demo``."""
    prepare_server()
    set_up()
    refuse_unsafe_start()  # before the tables are touched
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", database="owner", verbosity=0, interactive=False)
    if settings.ASTRA_ENVIRONMENT in ("demo", "test"):
        with connections["owner"].cursor() as cursor:
            cursor.execute("GRANT UPDATE ON foundation_clock TO astra_app")
    # Empty tables that were never analysed keep sequential-scan plans in long-lived connections.
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    call_command("collectstatic", verbosity=0, interactive=False)
    connections.close_all()
