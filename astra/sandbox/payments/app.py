"""The provider as one aiohttp application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from .api import Api
from .bank import Bank
from .controls import Controls
from .refusal import Refusal

MAX_BODY_BYTES = 64 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(bank: Bank) -> web.Application:
    """All routes over `bank`, which starts and stops with the application."""
    app = web.Application(middlewares=[_own_origin, _refusals], client_max_size=MAX_BODY_BYTES)
    app.add_routes([*Api(bank).routes(), *Controls(bank).routes()])

    async def keep_bank(_: web.Application) -> AsyncIterator[None]:
        await bank.start()
        yield
        await bank.stop()

    app.cleanup_ctx.append(keep_bank)
    return app


@web.middleware
async def _own_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Another site open in the same browser must not press buttons here."""
    if request.method not in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise web.HTTPForbidden(text="This request came from another site.")
    return await handler(request)


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors of the machine's routes are JSON."""
    if not request.path.startswith(("/v1/", "/_sandbox/")):
        return await handler(request)
    try:
        return await handler(request)
    except Refusal as refusal:
        headers = {"Retry-After": "1"} if refusal.status == 429 else {}
        return web.json_response(refusal.body(), status=refusal.status, headers=headers)
    except web.HTTPException as problem:
        code = problem.reason.lower().replace(" ", "_")
        return web.json_response({"error": {"code": code, "message": problem.reason}}, status=problem.status)
