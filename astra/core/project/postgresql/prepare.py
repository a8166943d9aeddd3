"""From nothing to a migrated database, by one call that is safe to repeat."""

import fcntl
import os
from pathlib import Path

from astra.core.project.home import astra_home
from astra.core.project.postgresql.provision import provision
from astra.core.project.postgresql.server import Server


def embedded_server(port: int | None = None) -> Server | None:
    """The embedded server of this installation, or None when ``DATABASE_URL`` names another."""
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"):
        return None
    chosen = port or int(os.environ.get("ASTRA_DATABASE_PORT") or int(os.environ.get("ASTRA_PORT", "8000")) + 432)
    return Server(home=astra_home(), port=chosen, durable=os.environ.get("ASTRA_ENVIRONMENT") != "test")


def prepare_server(*, with_tests: bool = False) -> Server | None:
    """Starts the embedded server if it is the one in use, and makes roles, database and grants."""
    server = embedded_server()
    if server is not None:
        server.ensure_running()
        url, name = server.administrator_url, "astra"
    else:
        url = os.environ.get("DATABASE_URL") or Path(os.environ["DATABASE_URL_FILE"]).read_text(encoding="utf-8").strip()
        name = url.rsplit("/", 1)[-1].split("?")[0] or "astra"
    # Two programs that start at once would both try to make the roles.
    with (astra_home() / "provision.lock").open("w", encoding="ascii") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        provision(url, name, with_tests=with_tests)
    return server
