"""Threads: begun at a message or without one, joined, archived, listed."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.channel_kinds import ANNOUNCEMENT, PINNED, applied
from astra.sandbox.discord.clock import moment
from astra.sandbox.discord.permissions import MANAGE_THREADS, PRIVATE_THREADS, PUBLIC_THREADS, READ_HISTORY, SEND_MESSAGES
from astra.sandbox.discord.refusal import Json, bad_field, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rows import FORUMS, PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel

from .call import Call, route

MOST_ACTIVE = 1000
ANNOUNCEMENT_THREAD = 10
DAY_MINUTES = 1440


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    channel = "/channels/{channel:\\d+}"
    member = channel + "/thread-members"
    return [
        *route("POST", channel + "/messages/{message:\\d+}/threads", _from_message),
        *route("POST", channel + "/threads", _without_message),
        *route("GET", channel + "/threads/archived/public", _archived_public),
        *route("GET", channel + "/threads/archived/private", _archived_private),
        *route("GET", channel + "/users/@me/threads/archived/private", _archived_mine),
        *route("GET", "/guilds/{guild:\\d+}/threads/active", _active),
        *route("GET", member, _members),
        *route("PUT", member + "/@me", _join),
        *route("DELETE", member + "/@me", _leave),
        *route("GET", member + "/{user:\\d+}", _member),
        *route("PUT", member + "/{user:\\d+}", _add_member),
        *route("DELETE", member + "/{user:\\d+}", _remove_member),
    ]


def change_thread(call: Call, row: Channel, body: Json) -> None:
    """What PATCH /channels/{id} does to a thread. Raises Refusal 50013 or 50083."""
    thread = row.thread or {}
    manages = call.world.may(call.bot.id, row, MANAGE_THREADS)
    if not manages and (thread["owner_id"] != call.bot.id or body.get("locked") is not None):
        only_opens = set(body) <= {"archived"} and body.get("archived") is False and not thread["locked"]
        if not only_opens:
            raise refuse(50013)
    if thread["archived"] and body.get("archived") is not False and set(body) - {"locked"}:
        raise refuse(50083)
    if body.get("name"):
        row.name = body["name"]
    if body.get("auto_archive_duration"):
        thread["minutes"] = body["auto_archive_duration"]
    if body.get("rate_limit_per_user") is not None:
        row.slow_seconds = body["rate_limit_per_user"]
    parent = call.world.state.channels.get(row.parent_id or "")
    if "applied_tags" in body and parent is not None and "tags" in thread:
        thread["tags"] = applied(parent.more, body["applied_tags"])
    if isinstance(body.get("flags"), int) and "tags" in thread:
        thread["flags"] = body["flags"] & PINNED
    for name in ("locked", "invitable"):
        if body.get(name) is not None:
            thread[name] = body[name]
    if body.get("archived") is not None and body["archived"] != thread["archived"]:
        thread["archived"], thread["archived_at"] = body["archived"], call.world.clock.text()


def _begin(call: Call, parent: Channel, body: Json, kind: int, made: str | None = None) -> Channel:
    world = call.world
    there = (row for row in world.state.channels.values() if row.guild_id == parent.guild_id and row.thread is not None)
    if sum(1 for row in there if row.thread and not row.thread["archived"]) >= MOST_ACTIVE:
        raise refuse(160006)
    now = world.clock.text()
    thread: Json = {
        "owner_id": call.bot.id,
        "created_at": now,
        "archived": False,
        "archived_at": now,
        "minutes": body.get("auto_archive_duration") or DAY_MINUTES,
        "locked": False,
        "invitable": body.get("invitable") is not False,
        "members": {call.bot.id: now},
    }
    if parent.type in FORUMS:
        thread |= {"tags": applied(parent.more, body.get("applied_tags")), "flags": 0}
    row = Channel(
        made or world.ids.new(),
        kind,
        str(body["name"]),
        parent.guild_id,
        parent_id=parent.id,
        slow_seconds=body.get("rate_limit_per_user") or 0,
        thread=thread,
    )
    world.state.channels[row.id] = row
    world.changed()
    world.news.channel("THREAD_CREATE", row, begun=True)
    return row


def _named(body: Json) -> Json:
    if not isinstance(body.get("name"), str) or not 1 <= len(body["name"]) <= 100:
        raise bad_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length.")
    return body


async def _from_message(call: Call) -> Any:
    parent = call.world.channel_for(call.bot.id, call.id("channel"), PUBLIC_THREADS)
    if parent.type not in (TEXT, ANNOUNCEMENT):
        raise refuse(50024)
    message = messages.find(call.world, parent.id, call.id("message"))
    if message.id in call.world.state.channels:
        raise refuse(160004)
    body = _named(await call.json())
    row = _begin(call, parent, body, ANNOUNCEMENT_THREAD if parent.type == ANNOUNCEMENT else PUBLIC_THREAD, message.id)
    message.flags |= 32  # the message has a thread
    call.world.state.stale(message.id)
    call.world.news.message("MESSAGE_UPDATE", message)
    return answer(portraits.channel(call.world.state, row, call.bot.id), 201)


async def _without_message(call: Call) -> Any:
    parent = call.world.channel_for(call.bot.id, call.id("channel"))
    payload, uploads = await call.form()
    body = _named(payload)
    if parent.type in FORUMS:
        call.world.channel_for(call.bot.id, parent.id, SEND_MESSAGES)
        first = body.get("message")
        if not isinstance(first, dict):
            raise bad_field("message", "BASE_TYPE_REQUIRED", "This field is required")
        row = _begin(call, parent, body, PUBLIC_THREAD)
        try:
            message = messages.post(call.world, row, call.bot.id, {**first, "nonce": None}, uploads)
        except Exception:
            call.world.people.remove_channel(row)
            raise
        shown = portraits.message(call.world.state, message, call.world.base_url, call.bot.id)
        return answer({**portraits.channel(call.world.state, row, call.bot.id), "message": shown}, 201)
    if parent.type not in (TEXT, ANNOUNCEMENT):
        raise refuse(50024)
    kind = body.get("type") or PRIVATE_THREAD  # Discord's own default
    call.world.channel_for(call.bot.id, parent.id, PRIVATE_THREADS if kind == PRIVATE_THREAD else PUBLIC_THREADS)
    row = _begin(call, parent, body, kind)
    return answer(portraits.channel(call.world.state, row, call.bot.id), 201)


def _thread(call: Call) -> tuple[Channel, Json]:
    row = call.world.channel_for(call.bot.id, call.id("channel"))
    if row.thread is None:
        raise refuse(50024)
    return row, row.thread


def _open_thread(call: Call) -> tuple[Channel, Json]:
    row, thread = _thread(call)
    if thread["archived"]:
        raise refuse(50083)
    return row, thread


async def _members(call: Call) -> Any:
    row, thread = _thread(call)
    if not call.bot.privileged_intents & 2:
        raise refuse(50001)
    after, limit = int(call.request.query.get("after", "0")), int(call.request.query.get("limit", "100"))
    found = [key for key in sorted(thread["members"], key=int) if int(key) > after]
    return [_shown_member(call, row, key) for key in found[:limit]]


def _shown_member(call: Call, row: Channel, user_id: str) -> Json:
    shown = portraits.thread_member(row, user_id)
    guild = call.world.guild_of(row)
    if call.request.query.get("with_member", "").lower() in ("true", "1") and guild is not None and user_id in guild.members:
        shown["member"] = portraits.member(call.world.state, guild.members[user_id])
    return shown


async def _member(call: Call) -> Any:
    row, thread = _thread(call)
    if call.id("user") not in thread["members"]:
        raise refuse(10007)
    return _shown_member(call, row, call.id("user"))


def _told(call: Call, row: Channel, *, added: list[str], removed: list[str]) -> None:
    call.world.changed()
    count = len((row.thread or {"members": {}})["members"])
    data: Json = {"id": row.id, "member_count": min(50, count), "removed_member_ids": removed}
    data["added_members"] = [portraits.thread_member(row, key) for key in added]
    call.world.news.in_channel("THREAD_MEMBERS_UPDATE", row, data)


async def _join(call: Call) -> Any:
    row, thread = _open_thread(call)
    if call.bot.id not in thread["members"]:
        thread["members"][call.bot.id] = call.world.clock.text()
        _told(call, row, added=[call.bot.id], removed=[])


async def _leave(call: Call) -> Any:
    row, thread = _open_thread(call)
    if thread["members"].pop(call.bot.id, None) is not None:
        _told(call, row, added=[], removed=[call.bot.id])


async def _add_member(call: Call) -> Any:
    row, thread = _open_thread(call)
    guild, user = call.world.guild_of(row), call.id("user")
    if guild is None or user not in guild.members:
        raise refuse(10007 if user in call.world.state.users else 10013)
    if row.type == PRIVATE_THREAD and not thread["invitable"] and not call.world.may(call.bot.id, row, MANAGE_THREADS):
        raise refuse(50013)
    if user not in thread["members"]:
        thread["members"][user] = call.world.clock.text()
        _told(call, row, added=[user], removed=[])


async def _remove_member(call: Call) -> Any:
    row, thread = _open_thread(call)
    own = row.type == PRIVATE_THREAD and thread["owner_id"] == call.bot.id
    if not own and not call.world.may(call.bot.id, row, MANAGE_THREADS):
        raise refuse(50013)
    if thread["members"].pop(call.id("user"), None) is None:
        raise refuse(10007)
    _told(call, row, added=[], removed=[call.id("user")])


def _listed(call: Call, rows: list[Channel], *, more: bool = False) -> Json:
    mine = [row for row in rows if row.thread is not None and call.bot.id in row.thread["members"]]
    return {
        "threads": [portraits.channel(call.world.state, row, call.bot.id) for row in rows],
        "members": [portraits.thread_member(row, call.bot.id) for row in mine],
        "has_more": more,
    }


async def _active(call: Call) -> Any:
    guild = call.world.guild_for(call.bot.id, call.id("guild"))
    rows = [row for row in call.world.state.channels.values() if row.guild_id == guild.id and row.thread is not None]
    seen = [row for row in rows if row.thread and not row.thread["archived"] and call.world.bits(call.bot.id, row)]
    return {key: value for key, value in _listed(call, seen[::-1]).items() if key != "has_more"} | {"has_more": False}


def _archived(call: Call, *, private: bool, mine: bool = False) -> Json:
    parent = call.world.channel_for(call.bot.id, call.id("channel"), READ_HISTORY)
    if private and not mine:
        call.world.channel_for(call.bot.id, parent.id, MANAGE_THREADS)
    before = call.request.query.get("before", "")
    rows = [
        row
        for row in call.world.state.channels.values()
        if row.parent_id == parent.id and row.thread is not None and row.thread["archived"] and (row.type == PRIVATE_THREAD) is private
        if not mine or call.bot.id in row.thread["members"]
        if not before or (int(row.id) < int(before) if mine and before.isdigit() else moment(row.thread["archived_at"]) < moment(before))
    ]
    rows.sort(key=lambda row: str((row.thread or {})["archived_at"]), reverse=True)
    limit = call.request.query.get("limit", "50")
    most = int(limit) if limit.isdigit() and int(limit) else 50
    return _listed(call, rows[:most], more=len(rows) > most)


async def _archived_public(call: Call) -> Any:
    return _archived(call, private=False)


async def _archived_private(call: Call) -> Any:
    return _archived(call, private=True)


async def _archived_mine(call: Call) -> Any:
    return _archived(call, private=True, mine=True)
