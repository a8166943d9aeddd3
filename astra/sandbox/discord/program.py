"""`astra sandbox discord`: this Discord as a process."""

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
from .client.pages import BANK_URL
from .spec.locate import OFF
from .world import World

UNCHECKED = (
    "Requests are not checked against Discord's description, which is not here. Everything else works. "
    "`npm install discord-api-spec` in this folder brings it; `--spec off` says that this is meant."
)


def main(argv: list[str]) -> int:
    """Serves until SIGTERM or SIGINT. Prints `ready http://HOST:PORT`; returns 0, or 1 when it cannot start."""
    options = _options(argv)
    try:
        return asyncio.run(_serve(options))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        print(f"The Discord sandbox could not start: {problem}. No data was changed.", file=sys.stderr)
        return 1


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="astra sandbox discord", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8100, help="0 picks a free one")
    parser.add_argument("--state", type=Path, help="JSON file that keeps the state; attachments lie in a folder beside it")
    parser.add_argument("--public-url", default="", help="how bots and people reach it, if not at host and port")
    parser.add_argument("--bank-url", type=_web_address, default="", help="the payment sandbox's pages: PIX codes get a link to it")
    parser.add_argument(
        "--spec", default="", help="Discord's OpenAPI file, or the folder of the npm package discord-api-spec; off checks nothing"
    )
    parser.add_argument(
        "--quick", action="store_true", help="without Discord's pauses: 5 s between two sessions of a bot, narrow limits of single routes"
    )
    return parser.parse_args(argv)


def _web_address(text: str) -> str:
    """`text` without its last slash. Raises ArgumentTypeError for what is no http address."""
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise argparse.ArgumentTypeError(f"an address that begins with http:// or https:// is wanted, not {text!r}")
    return text.rstrip("/")


async def _serve(options: argparse.Namespace) -> int:
    # Bound before anything starts: the address is part of what bots are told.
    with socket.create_server((options.host, options.port)) as door:
        port = door.getsockname()[1]
        base_url = (options.public_url or f"http://{options.host}:{port}").rstrip("/")
        world = World(base_url=base_url, path=options.state, spec=options.spec, quick=options.quick)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        app = make_app(world)
        app[BANK_URL] = options.bank_url
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.SockSite(runner, door).start()
            print(f"ready http://{options.host}:{port}", flush=True)
            if world.checker is None and options.spec != OFF:
                print(UNCHECKED, file=sys.stderr, flush=True)
            await stop.wait()
        finally:
            await runner.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
