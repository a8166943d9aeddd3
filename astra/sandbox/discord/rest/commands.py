"""Application commands, global and of one guild."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord.interactions.commands import check_command, replace_commands, store_command
from astra.sandbox.discord.refusal import Json, bad_field, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import Application

from .call import Call, route

MOST_COMMANDS = 100


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    found = []
    for place in ("", "/guilds/{guild:\\d+}"):
        several = "/applications/{application:\\d+}" + place + "/commands"
        one = several + "/{command:\\d+}"
        found += [
            *route("GET", several, _list),
            *route("POST", several, _add),
            *route("PUT", several, _replace),
            *route("GET", one, _get),
            *route("PATCH", one, _change),
            *route("DELETE", one, _remove),
        ]
    place = "/applications/{application:\\d+}/guilds/{guild:\\d+}/commands"
    found += route("GET", place + "/permissions", _all_permissions)
    found += route("GET", "/applications/{application:\\d+}/entitlements", _entitlements)
    return [*found, *route("GET", place + "/{command:\\d+}/permissions", _permissions)]


def _place(call: Call) -> tuple[Application, str | None]:
    application = call.own_application()
    guild_id = call.request.match_info.get("guild")
    if guild_id is not None and application.id not in call.world.guild(guild_id).members:
        raise refuse(50001)
    return application, guild_id


def _there(application: Application, guild_id: str | None) -> list[Json]:
    return [row for row in application.commands if row.get("guild_id") == guild_id]


async def _list(call: Call) -> Any:
    return _there(*_place(call))


async def _add(call: Call) -> Any:
    application, guild_id = _place(call)
    made = check_command(call.world.ids, application.id, guild_id, await call.json())
    command, is_new = store_command(application, made)
    call.world.changed()
    return answer(command, 201 if is_new else 200)


async def _replace(call: Call) -> Any:
    application, guild_id = _place(call)
    body = await call.any_json()
    if not isinstance(body, list):
        raise bad_field("commands", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    if len(body) > MOST_COMMANDS:
        raise bad_field("commands", "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_COMMANDS} or fewer in length.")
    made = [check_command(call.world.ids, application.id, guild_id, row, (i,)) for i, row in enumerate(body)]
    names = [(row["type"], row["name"]) for row in made]
    if len(set(names)) != len(names):
        message = "Application command names must be unique"
        raise bad_field("commands", "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
    commands = replace_commands(application, guild_id, made)
    call.world.changed()
    return commands


def _find(call: Call) -> tuple[Application, Json]:
    application, guild_id = _place(call)
    for row in _there(application, guild_id):
        if row["id"] == call.id("command"):
            return application, row
    raise refuse(10063)


async def _get(call: Call) -> Any:
    return _find(call)[1]


async def _change(call: Call) -> Any:
    application, row = _find(call)
    made = check_command(call.world.ids, application.id, row.get("guild_id"), {**row, **await call.json()})
    made["id"] = row["id"]
    application.commands[application.commands.index(row)] = made
    call.world.changed()
    return made


async def _remove(call: Call) -> Any:
    application, row = _find(call)
    application.commands.remove(row)
    call.world.changed()


async def _entitlements(call: Call) -> Any:
    call.own_application()
    return []  # nobody buys at this Discord; many bots ask all the same


async def _all_permissions(call: Call) -> Any:
    _place(call)
    return []  # nobody has changed who may use what: only people could, and their page is not here


async def _permissions(call: Call) -> Any:
    _place(call)
    raise refuse(10066)
