"""Channels of guilds, their overwrites, and typing."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import channel_kinds, portraits
from astra.sandbox.discord.channel_kinds import CATEGORY, KINDS, STAGE, VOICE
from astra.sandbox.discord.permissions import ALL, MANAGE_CHANNELS, MANAGE_ROLES, MANAGE_THREADS, SEND_MESSAGES, in_guild
from astra.sandbox.discord.refusal import Json, Problems, bad_field, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import DIRECT, TEXT, Channel, Guild

from .call import Call, route
from .threads import change_thread

SPACED = (VOICE, CATEGORY, STAGE)  # their names keep spaces and capitals


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    guild = "/guilds/{guild:\\d+}/channels"
    channel = "/channels/{channel:\\d+}"
    return [
        *route("GET", guild, _channels),
        *route("POST", guild, _add),
        *route("PATCH", guild, _order),
        *route("GET", channel, _get),
        *route("PATCH", channel, _change),
        *route("DELETE", channel, _remove),
        *route("PUT", channel + "/permissions/{subject:\\d+}", _overwrite),
        *route("DELETE", channel + "/permissions/{subject:\\d+}", _remove_overwrite),
        *route("POST", channel + "/typing", _typing),
    ]


def _there(call: Call, bits: int = 0) -> Guild:
    return call.world.guild_for(call.bot.id, call.id("guild"), bits)


async def _channels(call: Call) -> Any:
    rows = call.world.people.channels_of(_there(call))
    return [portraits.channel(call.world.state, row) for row in rows]


async def _add(call: Call) -> Any:
    guild = _there(call, MANAGE_CHANNELS)
    body = await call.json()
    kind = body.get("type") or TEXT
    if kind not in KINDS:
        raise bad_field("type", "BASE_TYPE_CHOICES", f"Value must be one of {set(KINDS)}.")
    more: Json = {"type": kind, "overwrites": _overwrites(call, guild, body.get("permission_overwrites"))}
    more |= {"parent_id": _parent(call, guild, body), "nsfw": bool(body.get("nsfw")), "slow_seconds": body.get("rate_limit_per_user") or 0}
    if isinstance(body.get("position"), int):
        more["position"] = body["position"]
    more["more"] = channel_kinds.changed(call.world.ids, kind, channel_kinds.at_first(kind), body)
    topic = body.get("topic")
    row = call.world.people.add_channel(guild, _name(body.get("name"), kind), topic if isinstance(topic, str) else None, **more)
    return answer(portraits.channel(call.world.state, row), 201)


def _parent(call: Call, guild: Guild, body: Json) -> str | None:
    if body.get("parent_id") is None:
        return None
    parent = call.world.state.channels.get(str(body["parent_id"]))
    if parent is None or parent.guild_id != guild.id:
        raise bad_field("parent_id", "CHANNEL_PARENT_INVALID", "Category does not exist")
    if parent.type != CATEGORY:
        raise bad_field("parent_id", "CHANNEL_PARENT_INVALID_TYPE", "Not a category")
    return parent.id


def _overwrites(call: Call, guild: Guild, wanted: Any) -> list[Json]:
    """Overwrites as they are kept. Raises Refusal 50013 for bits that the bot does not have, 50035 for odd ones."""
    kept: list[Json] = []
    problems = Problems()
    for index, entry in enumerate(wanted or []):
        made = {"id": str(entry.get("id")), "type": entry.get("type", 0)}
        for name in ("allow", "deny"):
            value = str(entry.get(name) or 0)
            if not value.isdigit() or int(value) > ALL:
                problems.add(("permission_overwrites", index, name), "NUMBER_TYPE_COERCE", f'Value "{value[:40]}" is not int.')
                value = "0"
            made[name] = value
        kept.append(made)
    problems.raise_if_any()
    mine = in_guild(guild, call.bot.id)
    if any((int(entry["allow"]) | int(entry["deny"])) & ~mine for entry in kept):
        raise refuse(50013)
    return kept


async def _order(call: Call) -> Any:
    guild = _there(call, MANAGE_CHANNELS)
    wanted = await call.any_json()
    for entry in wanted if isinstance(wanted, list) else []:
        row = call.world.state.channels.get(str(entry.get("id")))
        if row is None or row.guild_id != guild.id:
            raise refuse(10003)
        if isinstance(entry.get("position"), int):
            row.position = entry["position"]
        if "parent_id" in entry:
            row.parent_id = _parent(call, guild, entry)
        call.world.news.channel("CHANNEL_UPDATE", row)
    call.world.changed()


async def _get(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"))
    return portraits.channel(call.world.state, row, call.bot.id)


async def _change(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"))
    guild = call.world.guild_of(row)
    if row.thread is not None:
        change_thread(call, row, await call.json())
        call.world.changed()
        call.world.news.channel("THREAD_UPDATE", row)
        return portraits.channel(call.world.state, row, call.bot.id)
    if guild is None:
        raise refuse(50003)
    call.world.channel_for(call.bot.id, row.id, MANAGE_CHANNELS)
    body = await call.json()
    if {"name", "topic"} & set(body):
        call.world.limits.rename(row.id)
    if "name" in body:
        row.name = _name(body["name"], row.type)
    if "topic" in body:
        row.topic = None if body["topic"] is None else str(body["topic"])[:1024]
    if isinstance(body.get("position"), int):
        row.position = body["position"]
    if "parent_id" in body:
        row.parent_id = _parent(call, guild, body)
    if body.get("nsfw") is not None:
        row.nsfw = bool(body["nsfw"])
    if body.get("rate_limit_per_user") is not None:
        row.slow_seconds = body["rate_limit_per_user"]
    row.more = channel_kinds.changed(call.world.ids, row.type, row.more, body)
    if body.get("permission_overwrites") is not None:
        if not call.world.may(call.bot.id, row, MANAGE_ROLES):
            raise refuse(50013)
        row.overwrites = _overwrites(call, guild, body["permission_overwrites"])
    call.world.changed()
    call.world.news.channel("CHANNEL_UPDATE", row)
    return portraits.channel(call.world.state, row)


async def _remove(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"))
    shown = portraits.channel(call.world.state, row, call.bot.id)
    if row.type != DIRECT:
        call.world.channel_for(call.bot.id, row.id, MANAGE_THREADS if row.is_thread else MANAGE_CHANNELS)
        call.world.people.remove_channel(row)
    return shown


def _overwritten(call: Call) -> tuple[Guild, Channel, str]:
    row = call.world.channel_for(call.bot.id, call.id("channel"), MANAGE_ROLES)
    guild = call.world.guild_of(row)
    if guild is None or row.is_thread:
        raise refuse(50024)
    return guild, row, call.request.match_info["subject"]


async def _overwrite(call: Call) -> Any:
    guild, row, subject = _overwritten(call)
    body = await call.json()
    kind = body.get("type", 0 if subject in guild.roles else 1)
    if kind == 0 and subject not in guild.roles:
        raise refuse(10011)
    (made,) = _overwrites(call, guild, [{**body, "id": subject, "type": kind}])
    row.overwrites = [entry for entry in row.overwrites if entry["id"] != subject] + [made]
    call.world.changed()
    call.world.news.channel("CHANNEL_UPDATE", row)


async def _remove_overwrite(call: Call) -> Any:
    _, row, subject = _overwritten(call)
    left = [entry for entry in row.overwrites if entry["id"] != subject]
    if len(left) == len(row.overwrites):
        raise refuse(10009)
    row.overwrites = left
    call.world.changed()
    call.world.news.channel("CHANNEL_UPDATE", row)


async def _typing(call: Call) -> Any:
    row = call.world.channel_for(call.bot.id, call.id("channel"), SEND_MESSAGES)
    data: Json = {"user_id": call.bot.id, "timestamp": int(call.world.clock.unix())}
    guild = call.world.guild_of(row)
    if guild is not None:
        data["member"] = portraits.member(call.world.state, guild.members[call.bot.id])
    call.world.news.in_channel("TYPING_START", row, data)


def _name(value: Any, kind: int) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= 100:
        raise bad_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return value.strip() if kind in SPACED else value.strip().lower().replace(" ", "-")
