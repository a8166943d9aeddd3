"""Guilds, their channels, members and roles."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import portraits
from astra.sandbox.discord.permissions import ALL, MANAGE_CHANNELS, MANAGE_ROLES
from astra.sandbox.discord.refusal import bad_field, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import DIRECT, Guild, Member, Role

from .call import Call, route


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    guild = "/guilds/{guild:\\d+}"
    member = guild + "/members/{user:\\d+|@me}"
    return [
        *route("GET", guild, _guild),
        *route("GET", guild + "/channels", _channels),
        *route("POST", guild + "/channels", _add_channel),
        *route("GET", guild + "/members", _members),
        *route("GET", member, _member),
        *route("GET", guild + "/roles", _roles),
        *route("POST", guild + "/roles", _add_role),
        *route("PUT", member + "/roles/{role:\\d+}", _give_role),
        *route("DELETE", member + "/roles/{role:\\d+}", _take_role),
        *route("GET", "/channels/{channel:\\d+}", _channel),
        *route("PATCH", "/channels/{channel:\\d+}", _change_channel),
        *route("DELETE", "/channels/{channel:\\d+}", _remove_channel),
        *route("POST", "/channels/{channel:\\d+}/typing", _typing),
    ]


def _there(call: Call, bits: int = 0) -> Guild:
    return call.world.guild_for(call.bot.id, call.id("guild"), bits)


async def _guild(call: Call) -> Any:
    guild = _there(call)
    shown = portraits.guild(guild)
    if call.request.query.get("with_counts") == "true":
        shown |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return shown


async def _channels(call: Call) -> Any:
    rows = call.world.people.channels_of(_there(call))
    return [portraits.channel(call.world.state, row) for row in rows]


async def _add_channel(call: Call) -> Any:
    guild = _there(call, MANAGE_CHANNELS)
    body = await call.json()
    if body.get("type") not in (None, 0):
        raise bad_field("type", "BASE_TYPE_CHOICES", "This Discord has text channels only (0).")
    topic = body.get("topic")
    row = call.world.people.add_channel(guild, _name(body.get("name")), topic if isinstance(topic, str) else None)
    return answer(portraits.channel(call.world.state, row), 201)


async def _members(call: Call) -> Any:
    guild = _there(call)
    if not call.bot.privileged_intents & 2:
        raise refuse(50001)
    limit = call.request.query.get("limit", "1")
    rows = list(guild.members.values())[: int(limit) if limit.isdigit() else 1]
    return [portraits.member(call.world.state, row) for row in rows]


def _find_member(call: Call, guild: Guild) -> Member:
    row = guild.members.get(call.id("user"))
    if row is None:
        raise refuse(10007 if call.id("user") in call.world.state.users else 10013)
    return row


async def _member(call: Call) -> Any:
    return portraits.member(call.world.state, _find_member(call, _there(call)))


async def _roles(call: Call) -> Any:
    return [portraits.role(row) for row in _there(call).roles.values()]


async def _add_role(call: Call) -> Any:
    guild = _there(call, MANAGE_ROLES)
    body = await call.json()
    bits, color, name = str(body.get("permissions", "0")), body.get("color") or 0, body.get("name") or "new role"
    if not bits.isdigit() or int(bits) > ALL:
        raise bad_field("permissions", "NUMBER_TYPE_COERCE", f'Value "{bits}" is not int.')
    if type(color) is not int or not 0 <= color <= 0xFFFFFF:
        raise bad_field("color", "NUMBER_TYPE_COERCE", f'Value "{color}" is not int.')
    if not isinstance(name, str) or len(name) > 100:
        raise bad_field("name", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
    made = call.world.ids.new()
    # New roles come in at the bottom, below the bot's own: that is what lets it hand them out.
    row = Role(made, name, int(bits), 1, color=color)
    for other in guild.roles.values():
        other.position += 1 if other.position >= 1 else 0
    guild.roles[made] = row
    call.world.changed()
    call.world.news.guild("GUILD_ROLE_CREATE", guild, {"guild_id": guild.id, "role": portraits.role(row)})
    return portraits.role(row)


def _role_to_hand(call: Call) -> tuple[Guild, Member, Role]:
    guild = _there(call, MANAGE_ROLES)
    member = _find_member(call, guild)
    role = guild.roles.get(call.id("role"))
    if role is None:
        raise refuse(10011)
    mine = [guild.roles[key].position for key in guild.members[call.bot.id].roles if key in guild.roles]
    if guild.owner_id != call.bot.id and role.position >= max(mine, default=0):
        raise refuse(50013)
    return guild, member, role


async def _give_role(call: Call) -> Any:
    guild, member, role = _role_to_hand(call)
    if role.id not in member.roles:
        member.roles.append(role.id)
        call.world.changed()
        call.world.news.member(guild, member)


async def _take_role(call: Call) -> Any:
    guild, member, role = _role_to_hand(call)
    if role.id in member.roles:
        member.roles.remove(role.id)
        call.world.changed()
        call.world.news.member(guild, member)


async def _channel(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"))
    return portraits.channel(call.world.state, row, call.bot.id)


async def _change_channel(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"), MANAGE_CHANNELS)
    body = await call.json()
    if "name" in body:
        row.name = _name(body["name"])
    if "topic" in body:
        row.topic = None if body["topic"] is None else str(body["topic"])[:1024]
    if isinstance(body.get("position"), int):
        row.position = body["position"]
    call.world.changed()
    call.world.news.channel("CHANNEL_UPDATE", row)
    return portraits.channel(call.world.state, row)


async def _remove_channel(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"))
    shown = portraits.channel(call.world.state, row, call.bot.id)
    if row.type != DIRECT:
        call.world.channel_for(call.bot.id, row.id, MANAGE_CHANNELS)
        call.world.people.remove_channel(row)
    return shown


async def _typing(call: Call) -> Any:
    call.world.channel_for(call.bot.id, call.id("channel"))


def _name(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise bad_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return value.strip().lower().replace(" ", "-")
