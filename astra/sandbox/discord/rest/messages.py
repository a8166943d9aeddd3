"""Messages of channels."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.channel_kinds import ANNOUNCEMENT, CATEGORY
from astra.sandbox.discord.ids import EPOCH_MS
from astra.sandbox.discord.permissions import ATTACH_FILES, MANAGE_MESSAGES, MANAGE_THREADS, READ_HISTORY, SEND_MESSAGES, SEND_POLLS
from astra.sandbox.discord.refusal import bad_field, refuse
from astra.sandbox.discord.rows import DIRECT, FORUMS, Channel, Message

from .call import Call, route

FORTNIGHT_SECONDS = 14 * 86_400


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    several = "/channels/{channel:\\d+}/messages"
    one = several + "/{message:\\d+}"
    return [
        *route("POST", several, _post),
        *route("GET", several, _list),
        *route("GET", one, _get),
        *route("PATCH", one, _edit),
        *route("DELETE", one, _delete),
        *route("POST", several + "/bulk-delete", _delete_many),
        *route("POST", one + "/crosspost", _crosspost),
    ]


async def _post(call: Call) -> Any:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), SEND_MESSAGES)
    payload, uploads = await call.form()
    if payload.get("poll") and not call.world.may(call.bot.id, channel, SEND_POLLS):
        raise refuse(50013)
    if uploads and not call.world.may(call.bot.id, channel, ATTACH_FILES):
        raise refuse(50013)
    _reachable(call, channel)
    _open(call, channel)
    return _shown(call, messages.post(call.world, channel, call.bot.id, payload, uploads), payload.get("nonce"))


def _reachable(call: Call, channel: Channel) -> None:
    """Direct messages need a common guild and an open door. Raises Refusal 50278 or 50007."""
    if channel.type != DIRECT:
        return
    person = next(key for key in channel.recipients if key != call.bot.id)
    guilds = call.world.state.guilds.values()
    if not any(person in guild.members and call.bot.id in guild.members for guild in guilds):
        raise refuse(50278)
    if not call.world.user(person).dms_open or call.world.user(person).bot:
        raise refuse(50007)


def _open(call: Call, channel: Channel) -> None:
    """Writing opens an archived thread again, and makes the writer a member. Raises Refusal 50008 or 160005."""
    if channel.type in FORUMS or channel.type == CATEGORY:
        raise refuse(50008)
    if channel.thread is not None:
        if channel.thread["locked"] and not call.world.may(call.bot.id, channel, MANAGE_THREADS):
            raise refuse(160005)
        if channel.thread["archived"]:
            channel.thread["archived"] = False
            call.world.news.channel("THREAD_UPDATE", channel)
        channel.thread["members"].setdefault(call.bot.id, call.world.clock.text())


async def _list(call: Call) -> Any:
    channel = call.world.channel_for(call.bot.id, call.id("channel"))
    if not call.world.may(call.bot.id, channel, READ_HISTORY):
        return []
    limit = call.request.query.get("limit", "50")
    if not limit.isdigit() or not 1 <= int(limit) <= 100:
        raise bad_field("limit", "NUMBER_TYPE_MAX", "int value should be less than or equal to 100.")
    rows = messages.listed(call.world, channel.id, None)
    size = int(limit)
    query = {key: int(value) for key, value in call.request.query.items() if value.isdigit()}
    if "around" in query:
        before = [row for row in rows if int(row.id) <= query["around"]][-(size // 2 + 1) :]
        rows = before + [row for row in rows if int(row.id) > query["around"]][: size - len(before)]
    elif "after" in query:
        rows = [row for row in rows if int(row.id) > query["after"]][:size]
    elif "before" in query:
        rows = [row for row in rows if int(row.id) < query["before"]][-size:]
    else:
        rows = rows[-size:]
    return [_shown(call, row) for row in reversed(rows)]


def _find(call: Call) -> tuple[Channel, Message]:
    channel = call.world.channel_for(call.bot.id, call.id("channel"))
    return channel, messages.find(call.world, channel.id, call.id("message"))


async def _get(call: Call) -> Any:
    channel, message = _find(call)
    if not call.world.may(call.bot.id, channel, READ_HISTORY):
        raise refuse(50001)
    return _shown(call, message)


async def _edit(call: Call) -> Any:
    _, message = _find(call)
    if message.author_id != call.bot.id:
        raise refuse(50005)
    payload, uploads = await call.form()
    return _shown(call, messages.edit(call.world, message, payload, uploads))


async def _delete(call: Call) -> Any:
    channel, message = _find(call)
    if message.author_id != call.bot.id:
        if channel.type == DIRECT:
            raise refuse(50003)
        if not call.world.may(call.bot.id, channel, MANAGE_MESSAGES):
            raise refuse(50013)
    messages.delete(call.world, message)


async def _delete_many(call: Call) -> Any:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), MANAGE_MESSAGES)
    if channel.type == DIRECT:
        raise refuse(50003)
    named = [str(key) for key in (await call.json()).get("messages") or []]
    if not 2 <= len(named) <= 100:
        raise bad_field("messages", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
    oldest = (int((call.world.clock.unix() - FORTNIGHT_SECONDS) * 1000) - EPOCH_MS) << 22
    if any(int(key) < oldest for key in named):
        raise refuse(50034)
    there = call.world.state.messages.get(channel.id, {})
    messages.delete_many(call.world, channel, [there[key] for key in dict.fromkeys(named) if key in there and not there[key].ephemeral])


async def _crosspost(call: Call) -> Any:
    channel, message = _find(call)
    if channel.type != ANNOUNCEMENT:
        raise refuse(50024)
    if message.author_id != call.bot.id and not call.world.may(call.bot.id, channel, MANAGE_MESSAGES):
        raise refuse(50013)
    message.flags |= 1
    call.world.state.stale(message.id)
    call.world.changed()
    call.world.news.message("MESSAGE_UPDATE", message)
    return _shown(call, message)


def _shown(call: Call, message: Message, nonce: Any = None) -> Any:
    shown = portraits.message(call.world.state, message, call.world.base_url, call.bot.id)
    return shown if nonce is None else {**shown, "nonce": nonce}
