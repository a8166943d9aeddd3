"""Members of a guild: found, renamed, kicked, banned."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.ids import EPOCH_MS
from astra.sandbox.discord.permissions import (
    BAN_MEMBERS,
    CHANGE_NICKNAME,
    CREATE_INVITE,
    KICK_MEMBERS,
    MANAGE_GUILD,
    MANAGE_NICKNAMES,
    MANAGE_ROLES,
    MODERATE_MEMBERS,
    in_guild,
    position,
)
from astra.sandbox.discord.refusal import Json, bad_field, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import Guild, Member

from .call import Call, route

DAY_SECONDS = 86_400


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    guild = "/guilds/{guild:\\d+}"
    member = guild + "/members/{user:\\d+}"
    ban = guild + "/bans/{user:\\d+}"
    return [
        *route("GET", guild + "/members", _members),
        *route("GET", guild + "/members/search", _search),
        *route("GET", guild + "/members/@me", _myself),
        *route("PATCH", guild + "/members/@me", _change_me),
        *route("PATCH", guild + "/members/@me/nick", _change_me),
        *route("GET", member, _member),
        *route("PUT", member, _add),
        *route("PATCH", member, _change),
        *route("DELETE", member, _kick),
        *route("GET", guild + "/bans", _bans),
        *route("GET", ban, _get_ban),
        *route("PUT", ban, _ban),
        *route("DELETE", ban, _unban),
        *route("POST", guild + "/bulk-ban", _ban_many),
    ]


def _there(call: Call, bits: int = 0) -> Guild:
    return call.world.guild_for(call.bot.id, call.id("guild"), bits)


async def _members(call: Call) -> Any:
    guild = _there(call)
    if not call.bot.privileged_intents & 2:
        raise refuse(50001)
    limit, after = call.request.query.get("limit", "1"), call.request.query.get("after", "0")
    rows = sorted((row for row in guild.members.values() if int(row.user_id) > int(after)), key=lambda row: int(row.user_id))
    return [portraits.member(call.world.state, row) for row in rows[: min(int(limit), 1000)]]


async def _search(call: Call) -> Any:
    guild = _there(call)
    text = call.request.query.get("query", "").lower()
    found = [row for row in guild.members.values() if any(name.lower().startswith(text) for name in _names(call, row))]
    return [portraits.member(call.world.state, row) for row in found[: int(call.request.query.get("limit", "1"))]]


def _names(call: Call, row: Member) -> list[str]:
    user = call.world.user(row.user_id)
    return [name for name in (user.username, user.global_name, row.nick) if name]


def _find(call: Call, guild: Guild) -> Member:
    row = guild.members.get(call.id("user"))
    if row is None:
        raise refuse(10007 if call.id("user") in call.world.state.users else 10013)
    return row


def _below(call: Call, guild: Guild, user_id: str) -> None:
    """Raises Refusal 50013 for somebody who does not stand below the bot."""
    if user_id == guild.owner_id or (user_id in guild.members and position(guild, user_id) >= position(guild, call.bot.id)):
        raise refuse(50013)


async def _member(call: Call) -> Any:
    return portraits.member(call.world.state, _find(call, _there(call)))


async def _myself(call: Call) -> Any:
    return portraits.member(call.world.state, _there(call).members[call.bot.id])


def _nick(body: Json) -> str | None:
    nick = body["nick"]
    if nick is not None and (not isinstance(nick, str) or len(nick) > 32):
        raise bad_field("nick", "BASE_TYPE_MAX_LENGTH", "Must be 32 or fewer in length.")
    return nick or None


async def _change_me(call: Call) -> Any:
    guild = _there(call)
    body = await call.json()
    row = guild.members[call.bot.id]
    if "nick" in body:
        _there(call, CHANGE_NICKNAME)
        row.nick = _nick(body)
    if "bio" in body:
        call.world.user(call.bot.id).bio = str(body["bio"] or "")[:400]
    call.world.changed()
    call.world.news.member(guild, row)
    return portraits.member(call.world.state, row)


async def _change(call: Call) -> Any:
    guild = _there(call)
    row = _find(call, guild)
    body = await call.json()
    if "nick" in body:
        _there(call, CHANGE_NICKNAME if row.user_id == call.bot.id else MANAGE_NICKNAMES)
        if row.user_id != call.bot.id:
            _below(call, guild, row.user_id)
    if "communication_disabled_until" in body:
        _there(call, MODERATE_MEMBERS)
        _below(call, guild, row.user_id)
    wanted = None
    if body.get("roles") is not None:
        _there(call, MANAGE_ROLES)
        wanted = [str(key) for key in body["roles"]]
        for key in set(wanted) ^ set(row.roles):
            role = guild.roles.get(key)
            if role is None:
                raise refuse(10011)
            if role.position >= position(guild, call.bot.id):
                raise refuse(50013)
    if "nick" in body:
        row.nick = _nick(body)
    if "communication_disabled_until" in body:
        row.silent_until = body["communication_disabled_until"]
    if wanted is not None:
        row.roles = wanted
    call.world.changed()
    call.world.news.member(guild, row)
    return portraits.member(call.world.state, row)


async def _add(call: Call) -> Any:
    """Takes in a person who allowed it (scope guilds.join); 204 for somebody who is there already."""
    guild = _there(call, CREATE_INVITE)
    body = await call.json()
    grant = call.world.oauth.grant_of(str(body.get("access_token", "")))
    mine = grant is not None and (grant["application_id"], grant["user_id"]) == (call.bot.id, call.id("user"))
    if grant is None or not mine or "guilds.join" not in grant["scopes"]:
        raise refuse(50025)
    if grant["user_id"] in guild.members:
        return None
    roles = [str(key) for key in body.get("roles") or []]
    if roles:
        _there(call, MANAGE_ROLES)
    if any(key not in guild.roles for key in roles):
        raise refuse(10011)
    if any(guild.roles[key].position >= position(guild, call.bot.id) for key in roles):
        raise refuse(50013)
    nick = _nick(body) if body.get("nick") else None
    if nick:
        _there(call, MANAGE_NICKNAMES)
    row = call.world.people.join(guild, grant["user_id"], roles=roles, nick=nick)
    return answer(portraits.member(call.world.state, row), 201)


async def _kick(call: Call) -> Any:
    guild = _there(call, KICK_MEMBERS)
    row = _find(call, guild)
    _below(call, guild, row.user_id)
    call.world.people.leave(guild, row.user_id)


def _shown(call: Call, guild: Guild, user_id: str) -> Json:
    return {"user": portraits.user(call.world.user(user_id)), "reason": guild.bans[user_id]}


async def _bans(call: Call) -> Any:
    guild = _there(call, BAN_MEMBERS)
    query = call.request.query
    limit, after, before = int(query.get("limit", "1000")), int(query.get("after", "0")), query.get("before")
    found = [key for key in sorted(guild.bans, key=int) if int(key) > after and (before is None or int(key) < int(before))]
    return [_shown(call, guild, key) for key in (found[:limit] if before is None else found[-limit:])]


async def _get_ban(call: Call) -> Any:
    guild = _there(call, BAN_MEMBERS)
    if call.id("user") not in guild.bans:
        raise refuse(10026)
    return _shown(call, guild, call.id("user"))


async def _ban(call: Call) -> Any:
    guild = _there(call, BAN_MEMBERS)
    user = call.world.user(call.id("user"))
    _below(call, guild, user.id)
    _put_out(call, guild, user.id, await call.json())


async def _ban_many(call: Call) -> Any:
    guild = _there(call, BAN_MEMBERS | MANAGE_GUILD)
    body = await call.json()
    banned, failed = [], []
    for key in dict.fromkeys(str(key) for key in body["user_ids"]):
        above = key == guild.owner_id or (key in guild.members and position(guild, key) >= position(guild, call.bot.id))
        if above or key in guild.bans or key not in call.world.state.users:
            failed.append(key)
        else:
            _put_out(call, guild, key, body)
            banned.append(key)
    if not banned:
        raise refuse(500000)
    return {"banned_users": banned, "failed_users": failed}


def _put_out(call: Call, guild: Guild, user_id: str, body: Json) -> None:
    """Bans somebody and takes away what he wrote lately, as far as `body` says so."""
    user = call.world.user(user_id)
    guild.bans[user.id] = call.request.headers.get("X-Audit-Log-Reason")
    if user.id in guild.members:
        call.world.people.leave(guild, user.id)
    seconds = body.get("delete_message_seconds") or (body.get("delete_message_days") or 0) * DAY_SECONDS
    since = (int((call.world.clock.unix() - seconds) * 1000) - EPOCH_MS) << 22
    for channel in call.world.people.channels_of(guild) if seconds else []:
        for message in [row for row in messages.listed(call.world, channel.id, None) if row.author_id == user.id]:
            if int(message.id) >= since:
                messages.delete(call.world, message)
    _told(call, guild, "GUILD_BAN_ADD", user.id)


async def _unban(call: Call) -> Any:
    guild = _there(call, BAN_MEMBERS)
    if call.id("user") not in guild.bans:
        raise refuse(10026)
    await call.json()
    del guild.bans[call.id("user")]
    _told(call, guild, "GUILD_BAN_REMOVE", call.id("user"))


def _told(call: Call, guild: Guild, event: str, user_id: str) -> None:
    world = call.world
    world.changed()
    data: Json = {"guild_id": guild.id, "user": portraits.user(world.user(user_id))}
    for key in guild.members:
        if world.state.users[key].bot and in_guild(guild, key) & BAN_MEMBERS:
            world.hub.tell(key, event, data, guild_id=guild.id)
