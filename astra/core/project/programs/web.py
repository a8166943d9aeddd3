"""``astra web``: the product's pages and APIs, WSGI threads under Granian (docs/decisions/0001-web-server.md)."""

import argparse
import os
import subprocess
import sys

from astra.core.project.foreman import MARK


def main(argv: list[str]) -> int:
    """Serves until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="astra web", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("ASTRA_PORT", "8000")))
    parser.add_argument("--threads", type=int, default=8)
    options = parser.parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "astra.core.project.settings")
    # Asked in a process of its own: this one only watches over the server's process and stays small. The foreman has asked.
    if MARK not in os.environ and subprocess.run([sys.executable, "-m", "astra", "prepare", "--check"], check=False).returncode:
        return 1
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
