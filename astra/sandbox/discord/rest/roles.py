"""Roles of a guild: made, changed, ordered, deleted, given and taken."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import portraits
from astra.sandbox.discord.permissions import ALL, MANAGE_ROLES, in_guild, position
from astra.sandbox.discord.refusal import Json, Problems, refuse
from astra.sandbox.discord.rows import Guild, Member, Role

from .call import Call, route

MOST_ROLES = 250


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    several = "/guilds/{guild:\\d+}/roles"
    one = several + "/{role:\\d+}"
    given = "/guilds/{guild:\\d+}/members/{user:\\d+|@me}/roles/{role:\\d+}"
    return [
        *route("GET", several, _list),
        *route("POST", several, _add),
        *route("PATCH", several, _order),
        *route("GET", several + "/member-counts", _counts),
        *route("GET", one, _get),
        *route("PATCH", one, _change),
        *route("DELETE", one, _remove),
        *route("PUT", given, _give),
        *route("DELETE", given, _take),
    ]


def _there(call: Call, bits: int = 0) -> Guild:
    return call.world.guild_for(call.bot.id, call.id("guild"), bits)


def _one(call: Call, guild: Guild) -> Role:
    row = guild.roles.get(call.id("role"))
    if row is None:
        raise refuse(10011)
    return row


def below(call: Call, guild: Guild, role: Role) -> Role:
    """`role`, if it stands below the bot. Raises Refusal 50013."""
    if role.position >= position(guild, call.bot.id):
        raise refuse(50013)
    return role


async def _list(call: Call) -> Any:
    return [portraits.role(row) for row in _there(call).roles.values()]


async def _get(call: Call) -> Any:
    return portraits.role(_one(call, _there(call)))


async def _counts(call: Call) -> Any:
    guild = _there(call)
    return {key: sum(1 for row in guild.members.values() if key in row.roles) for key in guild.roles if key != guild.id}


def _wanted(call: Call, guild: Guild, body: Json) -> Json:
    """The fields that `body` sets. Raises Refusal 50035, or 50013 for permissions that the bot does not have."""
    problems = Problems()
    found: Json = {}
    if body.get("permissions") is not None:
        bits = str(body["permissions"])
        if not bits.isdigit() or int(bits) > ALL:
            problems.add(("permissions",), "NUMBER_TYPE_COERCE", f'Value "{bits[:40]}" is not int.')
        else:
            found["permissions"] = int(bits)
    color = body.get("color")
    if color is None and isinstance(body.get("colors"), dict):
        color = body["colors"].get("primary_color")
    if color is not None:
        found["color"] = color
        if type(color) is not int or not 0 <= color <= 0xFFFFFF:
            problems.add(("color",), "NUMBER_TYPE_COERCE", f'Value "{color}" is not int.')
    if body.get("name") is not None:
        found["name"] = body["name"]
        if not isinstance(body["name"], str) or len(body["name"]) > 100:
            problems.add(("name",), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
    for name in ("hoist", "mentionable"):
        if body.get(name) is not None:
            found[name] = bool(body[name])
    problems.raise_if_any()
    if found.get("permissions", 0) & ~in_guild(guild, call.bot.id):
        raise refuse(50013)
    return found


async def _add(call: Call) -> Any:
    guild = _there(call, MANAGE_ROLES)
    wanted = _wanted(call, guild, await call.json())
    if len(guild.roles) >= MOST_ROLES:
        raise refuse(30005)
    made = call.world.ids.new()
    # New roles come in at the bottom, below the bot's own: that is what lets it hand them out.
    row = Role(made, wanted.pop("name", "") or "new role", wanted.pop("permissions", 0), 1, **wanted)
    for other in guild.roles.values():
        other.position += 1 if other.position >= 1 else 0
    guild.roles[made] = row
    call.world.changed()
    call.world.news.guild("GUILD_ROLE_CREATE", guild, {"guild_id": guild.id, "role": portraits.role(row)})
    return portraits.role(row)


def _told(call: Call, guild: Guild, row: Role) -> None:
    call.world.changed()
    call.world.news.guild("GUILD_ROLE_UPDATE", guild, {"guild_id": guild.id, "role": portraits.role(row)})


async def _change(call: Call) -> Any:
    guild = _there(call, MANAGE_ROLES)
    row = below(call, guild, _one(call, guild))
    for name, value in _wanted(call, guild, await call.json()).items():
        setattr(row, name, value)
    _told(call, guild, row)
    return portraits.role(row)


async def _order(call: Call) -> Any:
    guild = _there(call, MANAGE_ROLES)
    body = await call.any_json()
    mine = position(guild, call.bot.id)
    moves = []
    for entry in body if isinstance(body, list) else []:
        row = guild.roles.get(str(entry.get("id")))
        if row is None:
            raise refuse(10011)
        wanted = entry.get("position")
        if isinstance(wanted, int) and wanted != row.position:  # some libraries tell all of them anew
            if row.position >= mine or wanted >= mine or wanted < 1:
                raise refuse(50013)
            moves.append((row, wanted))
    for row, wanted in moves:
        others = sorted(
            (one for one in guild.roles.values() if one.position >= 1 and one is not row), key=lambda one: (one.position, int(one.id))
        )
        others.insert(min(wanted, len(others) + 1) - 1, row)
        for number, one in enumerate(others, start=1):
            one.position = number
    for row, _ in moves:
        _told(call, guild, row)
    return [portraits.role(row) for row in guild.roles.values()]


async def _remove(call: Call) -> Any:
    guild = _there(call, MANAGE_ROLES)
    row = below(call, guild, _one(call, guild))
    if row.id == guild.id or row.bot_id is not None:
        raise refuse(50028)
    del guild.roles[row.id]
    for member in guild.members.values():
        if row.id in member.roles:
            member.roles.remove(row.id)
    for channel in call.world.people.channels_of(guild):
        channel.overwrites = [entry for entry in channel.overwrites if entry["id"] != row.id]
    call.world.changed()
    call.world.news.guild("GUILD_ROLE_DELETE", guild, {"guild_id": guild.id, "role_id": row.id})


def _to_hand(call: Call) -> tuple[Guild, Member, Role]:
    guild = _there(call, MANAGE_ROLES)
    member = guild.members.get(call.id("user"))
    if member is None:
        raise refuse(10007 if call.id("user") in call.world.state.users else 10013)
    role = below(call, guild, _one(call, guild))
    if role.id == guild.id or role.bot_id is not None:
        raise refuse(50028)
    return guild, member, role


async def _give(call: Call) -> Any:
    guild, member, role = _to_hand(call)
    if role.id not in member.roles:
        member.roles.append(role.id)
        call.world.changed()
        call.world.news.member(guild, member)


async def _take(call: Call) -> Any:
    guild, member, role = _to_hand(call)
    if role.id in member.roles:
        member.roles.remove(role.id)
        call.world.changed()
        call.world.news.member(guild, member)
