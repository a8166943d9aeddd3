"""From nothing to a migrated database, by one call that is safe to repeat."""

import fcntl
import os

from astra.core.project.database import database_name, given_url
from astra.core.project.home import astra_home, claim_home
from astra.core.project.postgresql.provision import provision
from astra.core.project.postgresql.server import Server

TEST_PORT = 8532


def embedded_server(port: int | None = None) -> Server | None:
    """The embedded server of this installation, or None when ``DATABASE_URL`` names another."""
    if given_url():
        return None
    chosen = port or int(os.environ.get("ASTRA_DATABASE_PORT") or int(os.environ.get("ASTRA_PORT", "8000")) + 432)
    return Server(home=astra_home(), port=chosen, durable=os.environ.get("ASTRA_ENVIRONMENT") != "test")


def administrator_url() -> str:
    """Where the administrator of the server in use connects: embedded or given."""
    server = embedded_server()
    return server.administrator_url if server else given_url()


def prepare_server(*, with_tests: bool = False) -> Server | None:
    """Starts the embedded server if it is the one in use, and makes roles, database and grants.

    A test server without ``ASTRA_DATABASE_PORT`` takes whatever port is free, and tells it to what is started from here.
    """
    server = embedded_server(TEST_PORT if with_tests and not os.environ.get("ASTRA_DATABASE_PORT") else None)
    if server is not None and with_tests and not os.environ.get("ASTRA_DATABASE_PORT"):
        server = server.ensure_running_somewhere()
        os.environ["ASTRA_DATABASE_PORT"] = str(server.port)
    elif server is not None:
        server.ensure_running()
    # Two programs that start at once would both try to make the roles.
    with (claim_home() / "provision.lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        provision(server.administrator_url if server else given_url(), database_name(), with_tests=with_tests)
    return server
