"""What an application tells of a person, so that a server can ask it of who wants a role; and the accounts that a person has elsewhere."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord.refusal import Json, bad_field, refuse, unauthorized
from astra.sandbox.discord.rows import Application

from .call import Call, route

MOST_RECORDS = 5
SCOPE = "role_connections.write"


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    records = "/applications/{application:\\d+}/role-connections/metadata"
    mine = "/users/@me/applications/{application:\\d+}/role-connection"
    return [
        *route("GET", records, _records),
        *route("PUT", records, _set_records),
        *route("GET", mine, _connection, bearer=True),
        *route("PUT", mine, _set_connection, bearer=True),
        *route("DELETE", mine, _forget, bearer=True),
        *route("GET", "/users/@me/connections", _accounts, bearer=True),
    ]


async def _records(call: Call) -> Any:
    return call.own_application().role_records


async def _set_records(call: Call) -> Any:
    application = call.own_application()
    body = await call.any_json()
    wanted = body if isinstance(body, list) else []
    if len(wanted) > MOST_RECORDS:
        raise bad_field("metadata", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_RECORDS} or fewer in length.")
    application.role_records = list(wanted)
    call.world.changed()
    return application.role_records


def _granted(call: Call) -> tuple[Application, str]:
    """The application of the path and the person who allowed it this. Raises Refusal 401 or 50001."""
    if call.grant is None:
        raise unauthorized()
    if SCOPE not in call.grant["scopes"] or call.request.match_info["application"] != call.grant["application_id"]:
        raise refuse(50001)
    return call.world.application(call.grant["application_id"]), call.grant["user_id"]


def _shown(application: Application, user_id: str) -> Json:
    kept = application.role_connections.get(user_id, {})
    return {"platform_name": None, "platform_username": None, "metadata": {}, **kept}


async def _connection(call: Call) -> Any:
    return _told(_shown(*_granted(call)))


async def _set_connection(call: Call) -> Any:
    application, user_id = _granted(call)
    body = await call.json()
    known = {record["key"] for record in application.role_records}
    if unknown := [key for key in body.get("metadata") or {} if key not in known]:
        raise bad_field("metadata", "BASE_TYPE_CHOICES", f"The application has no such record: {', '.join(unknown)[:100]}.")
    kept: Json = {name: body[name] for name in ("platform_name", "platform_username", "metadata") if name in body}
    application.role_connections[user_id] = {**_shown(application, user_id), **kept}
    call.world.changed()
    return _told(_shown(application, user_id))


def _told(shown: Json) -> Json:
    """Without the name of a platform that nobody told."""
    return {key: value for key, value in shown.items() if value is not None}


async def _forget(call: Call) -> Any:
    application, user_id = _granted(call)
    application.role_connections.pop(user_id, None)
    call.world.changed()


async def _accounts(call: Call) -> Any:
    if call.grant is None:
        raise unauthorized()
    if "connections" not in call.grant["scopes"]:
        raise refuse(50001)
    return []  # nobody here has an account elsewhere
