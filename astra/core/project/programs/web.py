"""``astra web``: the product's pages and APIs, WSGI threads under Granian (docs/decisions/0001-web-server.md)."""

import argparse
import os


def main(argv: list[str]) -> int:
    """Serves until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="astra web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("ASTRA_PORT", "8000")))
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
    # Loaded here once so that a wrong setting is told before a server starts, and the first visitor waits for nothing.
    from granian import Granian
    from granian.constants import Interfaces

    Granian(
        "astra.core.project.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=options.threads,
        backpressure=256,
        log_access=False,
        workers_kill_timeout=5,
        respawn_failed_workers=True,
    ).serve()
    return 0
