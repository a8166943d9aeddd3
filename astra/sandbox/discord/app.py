"""This Discord as one aiohttp application."""

from __future__ import annotations

import importlib
import importlib.util
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from . import developer, oauth_page, person
from .body import MOST_BYTES
from .emojis import find as find_emoji
from .gateway import control
from .gateway.door import serve as serve_gateway
from .refusal import Refusal, not_found
from .reply import refused
from .rest import (
    accounts,
    callbacks,
    channels,
    commands,
    emojis,
    guilds,
    linked_roles,
    members,
    messages,
    oauth,
    polls,
    reactions,
    roles,
    threads,
    webhooks,
)
from .rest.call import PREFIXES, no_route
from .world import WORLD, World

API = tuple(prefix + "/" for prefix in PREFIXES)
PARTS = (
    accounts,
    guilds,
    channels,
    members,
    roles,
    reactions,  # before messages: their /pins is no message
    messages,
    polls,
    emojis,
    threads,
    commands,
    webhooks,
    callbacks,
    linked_roles,
    oauth,
    oauth_page,
    developer,
    person,
    control,
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
CLIENT = "astra.sandbox.discord.client.routes"
SHOWN_IN_PLACE = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain")


def make_app(world: World) -> web.Application:
    """All routes over `world`, which starts and stops with the application."""
    app = web.Application(middlewares=[_own_origin, _refusals], client_max_size=MOST_BYTES)
    app[WORLD] = world
    for part in PARTS:
        app.add_routes(part.routes())
    app.router.add_get("/gateway", _gateway)
    app.router.add_get("/gateway/", _gateway)
    app.router.add_get("/attachments/{channel:\\d+}/{attachment:\\d+}/{filename}", _attachment)
    app.router.add_get("/emojis/{emoji:\\d+}.{extension:\\w+}", _emoji)
    _add_client(app)

    async def keep_world(_: web.Application) -> AsyncIterator[None]:
        await world.start()
        yield
        await world.stop()

    async def hang_up(_: web.Application) -> None:
        world.hang_up()

    app.cleanup_ctx.append(keep_world)
    app.on_shutdown.append(hang_up)
    return app


def _add_client(app: web.Application) -> None:
    """The web client brings its own routes, where it is there."""
    try:
        there = importlib.util.find_spec(CLIENT) is not None
    except ModuleNotFoundError:
        there = False
    if there:
        importlib.import_module(CLIENT).add_client_routes(app)


async def _gateway(request: web.Request) -> web.StreamResponse:
    return await serve_gateway(request.app[WORLD], request)


async def _attachment(request: web.Request) -> web.StreamResponse:
    world = request.app[WORLD]
    wanted = request.match_info
    uploaded = world.desk.uploads.get(wanted["attachment"])
    in_messages = [message.attachments for message in world.state.messages.get(wanted["channel"], {}).values()]
    for rows in [[uploaded] if uploaded is not None else [], *in_messages]:
        for row in rows:
            if row.id == wanted["attachment"] and row.filename == wanted["filename"]:
                data = world.store.get(row.id)
                if data is None:
                    raise web.HTTPNotFound
                headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
                if row.content_type not in SHOWN_IN_PLACE:
                    headers["Content-Disposition"] = f'attachment; filename="{row.filename}"'
                return web.Response(body=data, headers={**headers, "Content-Type": row.content_type})
    raise web.HTTPNotFound


async def _emoji(request: web.Request) -> web.StreamResponse:
    """An emoji's picture, whatever the extension says, as Discord's store of pictures converts it."""
    world = request.app[WORLD]
    row = find_emoji(world, request.match_info["emoji"])
    data = None if row is None else world.store.get(row["id"])
    if row is None or data is None:
        raise web.HTTPNotFound
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "max-age=3600"}
    return web.Response(body=data, headers=headers, content_type=f"image/{row['kind']}")


@web.middleware
async def _own_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """/_sandbox has no key: another site open in the same browser, or a name that was bent to loopback, is refused."""
    if request.path.startswith("/_sandbox"):
        public = urlsplit(request.app[WORLD].base_url).hostname
        host = urlsplit(f"//{request.host}").hostname or ""
        origin = request.headers.get("Origin")
        if host != public and not _is_loopback(host):
            raise web.HTTPForbidden(text="This name does not lead here.")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="This request came from another site.")
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise web.HTTPForbidden(text="This request came from another site.")
    return await handler(request)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@web.middleware
async def _refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refusals of /_sandbox, and addresses that do not exist, as JSON."""
    try:
        return await handler(request)
    except Refusal as refusal:
        return refused(refusal)
    except web.HTTPException as problem:
        if problem.status < 400 or not request.path.startswith(("/api", "/_sandbox")):
            raise
        if problem.status == 404:
            return await no_route(request) if request.path.startswith(API) else refused(not_found())
        return refused(Refusal(problem.status, 0, (problem.status == 403 and problem.text) or f"{problem.status}: {problem.reason}"))
