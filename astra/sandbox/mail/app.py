"""The mailbox's pages and JSON as one aiohttp application."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address

from aiohttp import web

from .letter import Letter
from .mailbox import Mailbox
from .page import FOLDER, html_of, letter_page, list_page, problem_page

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
MAILBOX = web.AppKey("mailbox", Mailbox)
HOSTS = web.AppKey("hosts", frozenset[str])
SMTP_ADDRESS = web.AppKey("smtp_address", tuple[str, int])


def make_app(mailbox: Mailbox, *, smtp: tuple[str, int], hosts: frozenset[str] = frozenset()) -> web.Application:
    """All routes over `mailbox`. `smtp` is where mail comes in; `hosts` are further names people reach it by."""
    app = web.Application(middlewares=[_own_visitors, _problems], client_max_size=64 * 1024)
    app[MAILBOX] = mailbox
    app[HOSTS] = hosts
    app[SMTP_ADDRESS] = smtp
    app.add_routes(
        [
            web.get("/api/messages", _list),
            web.delete("/api/messages", _clear),
            web.get("/api/messages/{id}", _one),
            web.get("/api/messages/{id}/attachments/{index}", _attachment),
            web.get("/api/address", _address),
            web.post("/_sandbox/clock", _clock),
            web.get("/", _page),
            web.post("/empty", _empty),
            web.get("/messages/{id}", _letter),
            web.get("/messages/{id}/html", _html),
            web.static("/static", FOLDER / "static"),
        ]
    )

    async def keep_state(_: web.Application) -> AsyncIterator[None]:
        mailbox.start()
        yield
        await mailbox.stop()

    app.cleanup_ctx.append(keep_state)
    return app


async def _list(request: web.Request) -> web.Response:
    try:
        found = request.app[MAILBOX].find(to=request.query.get("to", ""), after=request.query.get("after", ""))
    except ValueError as problem:
        text = f"after must be the id of a mail or an ISO 8601 time with its zone ({problem})"
        return web.json_response({"error": {"code": "bad_after", "message": text}}, status=400)
    return web.json_response([letter.public() for letter in found])


async def _one(request: web.Request) -> web.Response:
    return web.json_response(_find(request).public())


async def _clear(request: web.Request) -> web.Response:
    return web.json_response({"deleted": request.app[MAILBOX].clear()})


async def _attachment(request: web.Request) -> web.Response:
    index = request.match_info["index"]
    files = _find(request).enclosures
    if not index.isdecimal() or int(index) >= len(files):
        raise web.HTTPNotFound
    return web.Response(
        body=base64.b64decode(files[int(index)].content),
        content_type="application/octet-stream",  # never shown, always saved
        headers={"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"},
    )


async def _address(request: web.Request) -> web.Response:
    host, port = request.app[SMTP_ADDRESS]
    return web.json_response({"smtp": {"host": host, "port": port}})


async def _clock(request: web.Request) -> web.Response:
    try:
        offset_seconds = float((await request.json())["offset_seconds"])
    except (ValueError, KeyError, TypeError):
        text = 'Send {"offset_seconds": number}.'
        return web.json_response({"error": {"code": "bad_request", "message": text}}, status=400)
    request.app[MAILBOX].move_clock(offset_seconds)
    return web.json_response({"offset_seconds": offset_seconds})


async def _page(request: web.Request) -> web.Response:
    mailbox, to = request.app[MAILBOX], request.query.get("to", "").strip()
    return list_page(request, mailbox.find(to=to), mailbox.clock.now(), to)


async def _empty(request: web.Request) -> web.Response:
    request.app[MAILBOX].clear()
    raise web.HTTPSeeOther("/")


async def _letter(request: web.Request) -> web.Response:
    return letter_page(request, _find(request), request.app[MAILBOX].clock.now())


async def _html(request: web.Request) -> web.Response:
    return html_of(_find(request))


def _find(request: web.Request) -> Letter:
    letter = request.app[MAILBOX].get(request.match_info["id"])
    if letter is None:
        raise web.HTTPNotFound
    return letter


@web.middleware
async def _own_visitors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Mails hold sign-in links: another site in the same browser reads none, also not by a name of its own."""
    if not _is_local(request.url.host or "") and request.url.host not in request.app[HOSTS]:
        raise web.HTTPForbidden(text="This mailbox answers to localhost only.")
    if request.method not in ("GET", "HEAD") and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise web.HTTPForbidden(text="This request came from another site.")
    return await handler(request)


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def _problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What went wrong, as JSON for programs and as a page for people."""
    try:
        return await handler(request)
    except web.HTTPException as problem:
        if problem.status < 400:
            raise
        if request.path.startswith(("/api/", "/_sandbox/")):
            code = problem.reason.lower().replace(" ", "_")
            return web.json_response({"error": {"code": code, "message": problem.reason}}, status=problem.status)
        return problem_page(request, problem.status, about_mail=request.path.startswith("/messages/"))
