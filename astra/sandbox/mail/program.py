"""`astra sandbox mail`: the mailbox as a process."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from .app import make_app
from .door import open_door
from .mailbox import Mailbox


def main(argv: list[str]) -> int:
    """Serves until SIGTERM or SIGINT. Prints `ready http://HOST:PORT`; returns 0, or 1 when it cannot start.

    Where mail comes in is told by `GET /api/address` (and on stderr), for those who let `--smtp-port 0` choose.
    """
    options = _options(argv)
    try:
        return asyncio.run(_serve(options))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        print(f"The mailbox could not start: {problem}. No data was changed.", file=sys.stderr)
        return 1


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="astra sandbox mail", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8300, help="of the pages and the JSON; 0 picks a free one")
    parser.add_argument("--smtp-port", type=int, default=8325, help="where mail comes in; 0 picks a free one")
    parser.add_argument("--state", type=Path, help="JSON file that keeps the mails; without it nothing is written")
    parser.add_argument("--public-url", default="", help="how people reach the pages, if not at host and port")
    return parser.parse_args(argv)


async def _serve(options: argparse.Namespace) -> int:
    mailbox = Mailbox(options.state)
    with socket.create_server((options.host, options.port)) as page_socket:
        port = page_socket.getsockname()[1]
        door = await open_door(mailbox, options.host, options.smtp_port)
        smtp_port = door.sockets[0].getsockname()[1]
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        public_host = urlsplit(options.public_url).hostname
        hosts = frozenset({options.host, public_host} - {None})
        app = make_app(mailbox, smtp=(options.host, smtp_port), hosts=hosts)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.SockSite(runner, page_socket).start()
            print(f"mail comes in at {options.host}:{smtp_port} (SMTP)", file=sys.stderr, flush=True)
            print(f"ready http://{options.host}:{port}", flush=True)
            await stop.wait()
        finally:
            door.close()  # no new mail; what is being received is cut with the loop
            await runner.cleanup()
    return 0
