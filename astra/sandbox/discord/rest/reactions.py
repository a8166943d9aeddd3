"""Reactions and pins: what is put on a message without changing it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.clock import moment
from astra.sandbox.discord.permissions import ADD_REACTIONS, MANAGE_MESSAGES, PIN_MESSAGES, READ_HISTORY
from astra.sandbox.discord.refusal import Json, refuse
from astra.sandbox.discord.rows import DIRECT, Channel, Message

from .call import Call, route

MOST_REACTIONS = 20
MOST_PINS = 50
CUSTOM = re.compile(r"^\w{2,32}:\d{15,20}$")


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    message = "/channels/{channel:\\d+}/messages/{message:\\d+}"
    one = message + "/reactions/{emoji:[^/]+}"
    found = [
        *route("PUT", one + "/@me", _add),
        *route("DELETE", one + "/@me", _remove_mine),
        *route("DELETE", one + "/{user:\\d+}", _remove_theirs),
        *route("GET", one, _who),
        *route("DELETE", one, _remove_emoji),
        *route("DELETE", message + "/reactions", _remove_all),
        *route("GET", "/channels/{channel:\\d+}/messages/pins", _pins),
        *route("GET", "/channels/{channel:\\d+}/pins", _pins_before),
    ]
    for place in ("/channels/{channel:\\d+}/messages/pins/{message:\\d+}", "/channels/{channel:\\d+}/pins/{message:\\d+}"):
        found += [*route("PUT", place, _pin), *route("DELETE", place, _unpin)]
    return found


def react(world: Any, message: Message, user_id: str, name: str) -> None:
    """Puts one reaction of `user_id` on `message`. Raises Refusal 30010."""
    entry = _entry(message, name)
    if entry is None:
        if len(message.reactions) >= MOST_REACTIONS:
            raise refuse(30010)
        entry = {"name": name, "users": []}
        message.reactions.append(entry)
    if user_id not in entry["users"]:
        entry["users"].append(user_id)
        _told(world, message, "MESSAGE_REACTION_ADD", name, user_id)


def unreact(world: Any, message: Message, user_id: str, name: str) -> None:
    """Takes it off again. Raises Refusal 10014 where there is none."""
    entry = _entry(message, name)
    if entry is None or user_id not in entry["users"]:
        raise refuse(10014)
    entry["users"].remove(user_id)
    if not entry["users"]:
        message.reactions.remove(entry)
    _told(world, message, "MESSAGE_REACTION_REMOVE", name, user_id)


def emoji_name(text: str) -> str:
    """The emoji that a path names: a character, or `name:id`. Raises Refusal 10014 for anything else."""
    name = unquote(text)
    if CUSTOM.match(name) or (name and len(name) <= 16 and not name.isascii()) or re.fullmatch(r"[0-9#*]\ufe0f?\u20e3", name):
        return name
    raise refuse(10014)


def _entry(message: Message, name: str) -> Json | None:
    return next((entry for entry in message.reactions if entry["name"] == name), None)


def _told(world: Any, message: Message, event: str, name: str | None, user_id: str | None) -> None:
    world.state.stale(message.id)
    world.changed()
    channel = world.state.channels[message.channel_id]
    data: Json = {"message_id": message.id}
    if name is not None:
        data["emoji"] = portraits.emoji(name)
    if user_id is not None:
        data |= {"user_id": user_id, "burst": False, "type": 0}
        guild = world.guild_of(channel)
        if event == "MESSAGE_REACTION_ADD" and guild is not None and user_id in guild.members:
            data |= {"member": portraits.member(world.state, guild.members[user_id]), "message_author_id": message.author_id}
    world.news.in_channel(event, channel, data)


def _find(call: Call, bits: int = READ_HISTORY) -> tuple[Channel, Message]:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), bits)
    if bits & ~READ_HISTORY and channel.thread is not None and channel.thread["archived"]:
        raise refuse(50083)
    return channel, messages.find(call.world, channel.id, call.id("message"))


async def _add(call: Call) -> Any:
    name = emoji_name(call.request.match_info["emoji"])
    _, message = _find(call)
    if _entry(message, name) is None:  # joining in needs no permission, beginning does
        _find(call, READ_HISTORY | ADD_REACTIONS)
    react(call.world, message, call.bot.id, name)


async def _remove_mine(call: Call) -> Any:
    unreact(call.world, _find(call)[1], call.bot.id, emoji_name(call.request.match_info["emoji"]))


async def _remove_theirs(call: Call) -> Any:
    user = call.id("user")
    unreact(call.world, _find(call, MANAGE_MESSAGES)[1], user, emoji_name(call.request.match_info["emoji"]))


async def _who(call: Call) -> Any:
    entry = _entry(_find(call)[1], emoji_name(call.request.match_info["emoji"]))
    limit, after = call.request.query.get("limit", "25"), call.request.query.get("after", "0")
    ids = sorted((key for key in (entry["users"] if entry else []) if int(key) > int(after)), key=int)
    return [portraits.user(call.world.user(key)) for key in ids[: int(limit)]]


async def _remove_emoji(call: Call) -> Any:
    name = emoji_name(call.request.match_info["emoji"])
    _, message = _find(call, MANAGE_MESSAGES)
    message.reactions = [entry for entry in message.reactions if entry["name"] != name]
    _told(call.world, message, "MESSAGE_REACTION_REMOVE_EMOJI", name, None)


async def _remove_all(call: Call) -> Any:
    _, message = _find(call, MANAGE_MESSAGES)
    message.reactions = []
    _told(call.world, message, "MESSAGE_REACTION_REMOVE_ALL", None, None)


def _pinned(call: Call) -> list[Message]:
    channel = call.world.channel_for(call.bot.id, call.id("channel"))
    if not call.world.may(call.bot.id, channel, READ_HISTORY):
        return []
    rows = [row for row in messages.listed(call.world, channel.id, None) if row.pinned_at is not None]
    return sorted(rows, key=lambda row: str(row.pinned_at), reverse=True)


def _shown(call: Call, message: Message) -> Json:
    return portraits.message(call.world.state, message, call.world.base_url, call.bot.id)


async def _pins(call: Call) -> Any:
    before = call.request.query.get("before")
    rows = [row for row in _pinned(call) if before is None or moment(str(row.pinned_at)) < moment(before)]
    limit = int(call.request.query.get("limit", MOST_PINS))
    items = [{"pinned_at": row.pinned_at, "message": _shown(call, row)} for row in rows[:limit]]
    return {"items": items, "has_more": len(rows) > limit}


async def _pins_before(call: Call) -> Any:
    return [_shown(call, row) for row in _pinned(call)[:MOST_PINS]]


def _pinnable(call: Call) -> tuple[Channel, Message]:
    channel = call.world.channel_for(call.bot.id, call.id("channel"))
    have = call.world.bits(call.bot.id, channel)
    if channel.type != DIRECT and not have & (PIN_MESSAGES | MANAGE_MESSAGES):
        raise refuse(50013)
    return channel, messages.find(call.world, channel.id, call.id("message"))


async def _pin(call: Call) -> Any:
    channel, message = _pinnable(call)
    if message.pinned_at is None:
        if sum(1 for row in messages.listed(call.world, channel.id, None) if row.pinned_at) >= MOST_PINS:
            raise refuse(30003)
        message.pinned_at = channel.last_pin_at = call.world.clock.text()
        _pin_told(call, channel, message)


async def _unpin(call: Call) -> Any:
    channel, message = _pinnable(call)
    if message.pinned_at is not None:
        message.pinned_at = None
        _pin_told(call, channel, message)


def _pin_told(call: Call, channel: Channel, message: Message) -> None:
    call.world.state.stale(message.id)
    call.world.changed()
    call.world.news.message("MESSAGE_UPDATE", message)
    call.world.news.in_channel("CHANNEL_PINS_UPDATE", channel, {"last_pin_timestamp": channel.last_pin_at})
