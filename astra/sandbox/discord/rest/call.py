"""One REST request on its way in and out: token, limits, faults, errors, the journal."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from astra.sandbox.discord.body import Upload, read_form, read_json, read_object
from astra.sandbox.discord.faults import Rule
from astra.sandbox.discord.ids import token_owner
from astra.sandbox.discord.limits import Standing, TooSoon, bucket_of, headers
from astra.sandbox.discord.refusal import Json, Refusal, not_found, unauthorized
from astra.sandbox.discord.reply import answer, refused
from astra.sandbox.discord.rows import Application
from astra.sandbox.discord.spec.description import Operation
from astra.sandbox.discord.world import WORLD, World

PREFIXES = ("/api/v10", "/api")
LOG = logging.getLogger(__name__)
MISREAD = (KeyError, TypeError, ValueError, AttributeError)  # of a body that no description was there to refuse


class Call:
    """What a handler gets: the world, the bot that asks, the ids in the path, the body."""

    def __init__(self, world: World, request: web.Request, application: Application | None, operation: Operation | None = None) -> None:
        self.world = world
        self.request = request
        self._application = application
        self.operation = operation
        self.grant: Json | None = None  # what a person allowed, where a Bearer token came along
        self.checked = operation is None or operation.body is None  # whether the body was held against the description

    @property
    def bot(self) -> Application:
        """The bot whose token came along. Raises Refusal 401."""
        if self._application is None:
            raise unauthorized()
        return self._application

    def id(self, name: str) -> str:
        """An id of the path."""
        value: str = self.request.match_info[name]
        return self.bot.id if value == "@me" else value

    def own_application(self) -> Application:
        """The bot, if the path names its own application. Raises Refusal 403."""
        if self.id("application") != self.bot.id:
            raise Refusal(403, 20012, "You are not authorized to perform this action on this application")
        return self.bot

    async def json(self) -> Json:
        """The body, an object that fits the description. Raises Refusal 50109 or 50035."""
        body = await read_object(self.request)
        self._fits(body)
        return body

    async def any_json(self) -> object:
        """The body, whatever the description says it is. Raises Refusal 50109 or 50035."""
        body = await read_json(self.request)
        self._fits(body)
        return body

    async def form(self) -> tuple[Json, list[Upload]]:
        """The body, which fits the description, and its files. Raises Refusal 50109, 50035 or 40005."""
        body, uploads = await read_form(self.request)
        self._fits(body)
        return body, uploads

    def _fits(self, body: object) -> None:
        self.checked = True
        if self.operation is not None and self.world.checker is not None:
            self.world.checker.check_body(self.operation, body)


Handler = Callable[[Call], Awaitable[Any]]


def route(method: str, path: str, handler: Handler, *, by_token: bool = False, bearer: bool = False) -> list[web.RouteDef]:
    """The routes of `path` under each prefix.

    `by_token`: the token is in the path, no bot signs in. `bearer`: a person's token is taken too.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        return await serve(request, handler, by_token=by_token, bearer=bearer)

    return [web.route(method, prefix + path, handle) for prefix in PREFIXES]


async def serve(
    request: web.Request, handler: Handler, *, by_token: bool, bearer: bool = False, anybody: bool = False
) -> web.StreamResponse:
    """Answers one request. The handler returns JSON, None (204) or a whole response."""
    world = request.app[WORLD]
    began = time.monotonic()
    address = request.remote or ""
    banned = world.strangers.banned_seconds(address, world.clock.unix())
    if banned:  # not by the API but by what stands before it: no JSON, no Via, no limits' headers
        return web.Response(status=429, text="error code: 1015", headers={"Retry-After": str(math.ceil(banned))})
    at = world.clock.text()
    application, name = _who(world, request, by_token=by_token)
    rule = world.faults.pick(request.method, request.path, name)
    standing = world.limits.take(who=name or request.remote or "", method=request.method, path=request.path, counts_for_bot=not by_token)
    code: int | None = None
    errors: Json | None = None
    operation = _operation(world, request)
    try:
        if rule is not None and rule.kind == "delay":
            await asyncio.sleep(rule.seconds)
        response = _misbehave(request, rule) or _limited(standing)
        if response is None:
            grant = _grant(world, request) if bearer else None
            if not (by_token or anybody) and application is None and grant is None:
                raise unauthorized()
            if operation is not None and world.checker is not None:
                world.checker.check_query(operation, request.query.items())
            call = Call(world, request, application, operation)
            call.grant = grant
            result = await handler(call)
            response = _as_response(result)
            if response.status < 300 and not call.checked:
                world.mistaken(operation, response.status, ["a body was taken that nobody held against the description"])
    except TooSoon as soon:
        standing = soon.standing
        response = _limited(standing) or web.Response(status=429)
    except Refusal as refusal:
        code, errors = refusal.code, refusal.errors
        response = refused(refusal)
    except web.HTTPRequestEntityTooLarge:
        code = 40005
        response = refused(Refusal(413, 40005, "Request entity too large"))
    except Exception as problem:
        if world.checker is None and isinstance(problem, MISREAD):
            code = 50035
            response = refused(Refusal(400, 50035, "Invalid Form Body"))
        else:  # whatever went wrong here, the bot gets an answer of Discord's form, and the developer is told
            LOG.exception("%s %s", request.method, request.path)
            world.mistaken(operation, 500, ["the sandbox itself failed; its own output says where"])
            response = refused(Refusal(500, 0, "500: Internal Server Error"))
    if operation is not None and response.status < 500 and (rule is None or rule.kind in ("delay", "drop")):
        world.judge(operation, response)
    if not standing.shared:
        world.strangers.note(address, response.status, world.clock.unix())
    lost = rule is not None and rule.kind in ("lose_answer", "lose_request")
    if rule is not None and rule.kind == "drop" and name is not None:
        world.hub.drop(name, rule.code or None)
    if lost and request.transport is not None:
        request.transport.abort()
    if not lost:
        response.headers.update(_rate_headers(request, standing, rule))
    world.journal.add(
        at=at,
        application_id=name,
        method=request.method,
        path=request.path,
        status=0 if lost else response.status,
        code=code,
        errors=errors,
        operation=None if operation is None else operation.id,
        ms=(time.monotonic() - began) * 1000,
    )
    return response


async def no_route(request: web.Request) -> web.StreamResponse:
    """Answers a request that no route takes: 400 where an id of a known path is no snowflake, else 404."""

    async def refuse_path(call: Call) -> None:
        prefix = next(entry for entry in PREFIXES if request.path.startswith(entry + "/"))
        if call.world.checker is not None and call.operation is not None:
            call.world.checker.check_path(call.operation, request.path.removeprefix(prefix))
        raise not_found()

    return await serve(request, refuse_path, by_token=False, anybody=True)


def _who(world: World, request: web.Request, *, by_token: bool) -> tuple[Application | None, str | None]:
    """The bot of a living token, and the id under which the request is noted (a dead token still names one)."""
    if by_token:
        row = world.desk.by_token(request.match_info.get("token", ""))
        return None, None if row is None else row.application_id
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    application = world.application_of(token) if scheme == "Bot" else None
    if application is not None:
        return application, application.id
    owner = token_owner(token)
    return None, owner if owner in world.state.applications else None


def _operation(world: World, request: web.Request) -> Operation | None:
    """What the description says of this request; None without a description, or for a route that it does not name."""
    if world.checker is None:
        return None
    prefix = next(entry for entry in PREFIXES if request.path.startswith(entry + "/"))
    return world.checker.find(request.method, request.path.removeprefix(prefix))


def _grant(world: World, request: web.Request) -> Json | None:
    """What the person allowed whose Bearer token came along."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return world.oauth.grant_of(token.strip()) if scheme == "Bearer" else None


def _misbehave(request: web.Request, rule: Rule | None) -> web.Response | None:
    if rule is None or rule.kind in ("delay", "lose_answer", "drop"):
        return None
    if rule.kind == "lose_request":
        return web.Response(status=503)
    if rule.kind == "rate_limit":
        body = {"message": "You are being rate limited.", "retry_after": rule.seconds, "global": False, "code": 0}
        return answer(body, 429, {"Retry-After": str(max(1, round(rule.seconds))), "Via": "1.1 sandbox"})
    return answer({"message": f"{rule.status}: made by a fault rule", "code": rule.code}, rule.status)


def _limited(standing: Standing) -> web.Response | None:
    if not standing.refused:
        return None
    wait = round(max(standing.wait_seconds, 0.001), 3)
    body = {"message": "You are being rate limited.", "retry_after": wait, "global": standing.whole_bot, "code": 0}
    return answer(body, 429, {"Retry-After": str(math.ceil(wait)), "Via": "1.1 sandbox"})


def _rate_headers(request: web.Request, standing: Standing, rule: Rule | None) -> dict[str, str]:
    if rule is not None and rule.kind == "rate_limit":
        bucket = bucket_of(request.method, request.path)
        return {**headers(Standing(bucket, 0, rule.seconds, rule.seconds)), "X-RateLimit-Scope": "user"}
    return headers(standing)


def _as_response(result: Any) -> web.Response:
    if isinstance(result, web.Response):
        return result
    return web.Response(status=204) if result is None else answer(result)
