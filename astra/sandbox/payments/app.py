"""The provider as one aiohttp application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from .api import Api
from .bank import Bank
from .card_page import CardPage
from .code_page import CodePage
from .controls import Controls
from .page import FOLDER, answer, render
from .panel import Panel
from .pay_page import PayPage
from .refusal import Refusal
from .refusal_words import sentence
from .settings_page import SettingsPage
from .speech import Speech
from .statement_page import StatementPage

MAX_BODY_BYTES = 64 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(bank: Bank) -> web.Application:
    """All routes over `bank`, which starts and stops with the application."""
    app = web.Application(middlewares=[_own_origin, _refusals], client_max_size=MAX_BODY_BYTES)
    for part in (
        Api(bank),
        Controls(bank),
        PayPage(bank),
        CardPage(bank),
        StatementPage(bank),
        CodePage(bank),
        Panel(bank),
        SettingsPage(bank),
    ):
        app.add_routes(part.routes())
    app.router.add_static("/static", FOLDER / "static")

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
    """What went wrong, as JSON for programs and as a page for people."""
    machine = request.path.startswith(("/v1/", "/_sandbox/"))
    try:
        return await handler(request)
    except Refusal as refusal:
        if not machine:
            return _problem(request, refusal.status, sentence(Speech.of(request), refusal))
        headers = {"Retry-After": "1"} if refusal.status == 429 else {}
        return web.json_response(refusal.body(), status=refusal.status, headers=headers)
    except web.HTTPException as problem:
        if problem.status < 400:
            raise
        if not machine:
            say = Speech.of(request)
            return _problem(request, problem.status, say("There is no such page. Nothing was changed."))
        code = problem.reason.lower().replace(" ", "_")
        return web.json_response({"error": {"code": code, "message": problem.reason}}, status=problem.status)


def _problem(request: web.Request, status: int, text: str) -> web.Response:
    say = Speech.of(request)
    title = say("This page did not open")
    return answer(say, title=title, main=render("problem", say, title=title, text=text), status=status)
