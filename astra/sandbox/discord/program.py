"""`astra sandbox discord`: this Discord as a process."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from .app import make_app
from .world import World


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
    return parser.parse_args(argv)


async def _serve(options: argparse.Namespace) -> int:
    # Bound before anything starts: the address is part of what bots are told.
    with socket.create_server((options.host, options.port)) as door:
        port = door.getsockname()[1]
        base_url = (options.public_url or f"http://{options.host}:{port}").rstrip("/")
        world = World(base_url=base_url, path=options.state)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        runner = web.AppRunner(make_app(world), access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.SockSite(runner, door).start()
            print(f"ready http://{options.host}:{port}", flush=True)
            await stop.wait()
        finally:
            await runner.cleanup()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
