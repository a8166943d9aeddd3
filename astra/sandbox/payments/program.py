"""`astra sandbox payments`: the provider as a process."""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import secrets
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from .app import make_app
from .bank import Bank

KEY_SETTING = "SANDBOX_PAYMENTS_API_KEY"
SIGNING_SETTING = "SANDBOX_PAYMENTS_WEBHOOK_SECRET"


def main(argv: list[str]) -> int:
    """Serves until SIGTERM or SIGINT. Prints `ready http://HOST:PORT`; returns 0, or 1 when it cannot start."""
    options = _options(argv)
    api_key = options.api_key or os.environ.get(KEY_SETTING, "")
    secret = options.webhook_secret or os.environ.get(SIGNING_SETTING, "")
    if not api_key:
        api_key = "sk_sandbox_" + secrets.token_urlsafe(24)
        print(f"{KEY_SETTING} is not set; this run takes {api_key}", file=sys.stderr)
    if not secret:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
        print(f"{SIGNING_SETTING} is not set; this run signs with {secret}", file=sys.stderr)
    try:
        return asyncio.run(_serve(options, api_key, secret))
    except (OSError, ValueError, KeyError, TypeError) as problem:
        print(f"The payment sandbox could not start: {problem}. No data was changed.", file=sys.stderr)
        return 1


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="astra sandbox payments", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8200, help="0 picks a free one")
    parser.add_argument("--state", type=Path, help="JSON file that keeps the state; without it nothing is written")
    parser.add_argument("--api-key", default="", help=f"or {KEY_SETTING}; made for the run if neither is given")
    parser.add_argument("--webhook-secret", default="", help=f"whsec_..., or {SIGNING_SETTING}; likewise")
    parser.add_argument("--webhook-url", default="", help="where webhooks go; may be set later by the API")
    parser.add_argument("--public-url", default="", help="how people reach the pages, if not at host and port")
    return parser.parse_args(argv)


async def _serve(options: argparse.Namespace, api_key: str, secret: str) -> int:
    # Bound before anything starts: the address is part of every charge and webhook.
    with socket.create_server((options.host, options.port)) as door:
        port = door.getsockname()[1]
        bank = Bank(
            api_key=api_key,
            webhook_secret=secret,
            webhook_url=options.webhook_url,
            base_url=(options.public_url or f"http://{options.host}:{port}").rstrip("/"),
            path=options.state,
        )
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        runner = web.AppRunner(make_app(bank), access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await web.SockSite(runner, door).start()
            print(f"ready http://{options.host}:{port}", flush=True)
            await stop.wait()
        finally:
            await runner.cleanup()
    return 0
