"""What a human can see and do, under /_sandbox/as/{user}. Addresses of attachments are relative here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from . import messages, portraits
from .body import read_object
from .interactions.acts import act, shown
from .interactions.commands import visible_commands
from .people import direct_channel
from .permissions import SEND_MESSAGES, VIEW_CHANNEL
from .refusal import Json, bad_field, refuse
from .reply import answer
from .rows import DIRECT, EPHEMERAL, User
from .world import WORLD, World

LONGEST_WAIT_SECONDS = 25.0
MOST_MESSAGES = 500
Act = Callable[[World, web.Request, User], Awaitable[Any]]


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    me = "/_sandbox/as/{user}"
    return [
        web.get(me, _wrap(_me)),
        web.get(me + "/guilds", _wrap(_guilds)),
        web.get(me + "/channels", _wrap(_channels)),
        web.post(me + "/channels", _wrap(_open_direct)),
        web.get(me + "/channels/{channel}/messages", _wrap(_messages)),
        web.post(me + "/channels/{channel}/messages", _wrap(_say)),
        web.delete(me + "/channels/{channel}/messages/{message}", _wrap(_remove)),
        web.get(me + "/channels/{channel}/commands", _wrap(_commands)),
        web.post(me + "/interactions", _wrap(_act)),
        web.get(me + "/interactions/{interaction}", _wrap(_interaction)),
        web.get(me + "/events", _wrap(_events)),
    ]


def _wrap(handler: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        world = request.app[WORLD]
        user = world.user(request.match_info["user"])
        if user.bot:
            raise refuse(10013)
        result = await handler(world, request, user)
        return web.Response(status=204) if result is None else answer(result)

    return handle


async def _me(world: World, request: web.Request, user: User) -> Json:
    return {**portraits.user(user), "locale": user.locale, "dms_open": user.dms_open, "last_event": world.feed.last}


async def _guilds(world: World, request: web.Request, user: User) -> list[Json]:
    rows = [guild for guild in world.state.guilds.values() if user.id in guild.members]
    return [portraits.my_guild(guild, user.id) for guild in rows]


async def _channels(world: World, request: web.Request, user: User) -> list[Json]:
    rows = [row for row in world.state.channels.values() if world.may(user.id, row, VIEW_CHANNEL)]
    rows.sort(key=lambda row: (row.type == DIRECT, row.guild_id or "", row.position, int(row.id)))
    return [portraits.channel(world.state, row, user.id) for row in rows]


async def _open_direct(world: World, request: web.Request, user: User) -> Json:
    other = world.user(str((await read_object(request)).get("recipient_id")))
    if other.id == user.id:
        raise bad_field("recipient_id", "BASE_TYPE_INVALID", "Invalid Recipient")
    return portraits.channel(world.state, direct_channel(world, user.id, other.id), user.id)


async def _messages(world: World, request: web.Request, user: User) -> list[Json]:
    channel = world.channel_for(user.id, request.match_info["channel"])
    rows = messages.listed(world, channel.id, user.id)
    after, limit = request.query.get("after", ""), request.query.get("limit", "")
    most = int(limit) if limit.isdigit() and int(limit) else MOST_MESSAGES
    if after.isdigit():
        rows = [row for row in rows if int(row.id) > int(after)][:most]
    return [portraits.message(world.state, row) for row in rows[-most:]]


async def _say(world: World, request: web.Request, user: User) -> Json:
    channel = world.channel_for(user.id, request.match_info["channel"], SEND_MESSAGES)
    content = (await read_object(request)).get("content")
    message = messages.post(world, channel, user.id, {"content": content}, [])
    return portraits.message(world.state, message)


async def _remove(world: World, request: web.Request, user: User) -> None:
    """One's own message, an ephemeral one that is dismissed, or any of a direct conversation."""
    channel = world.channel_for(user.id, request.match_info["channel"])
    message = messages.find(world, channel.id, request.match_info["message"], reader_id=user.id)
    if message.author_id != user.id and not message.flags & EPHEMERAL and channel.type != DIRECT:
        raise refuse(50013)
    messages.delete(world, message)


async def _commands(world: World, request: web.Request, user: User) -> list[Json]:
    """Those after a slash; with `?types=2,3` those of the menus of people and messages."""
    channel = world.channel_for(user.id, request.match_info["channel"])
    kinds = tuple(int(part) for part in request.query.get("types", "1").split(",") if part in ("1", "2", "3"))
    return [{**command, "application_id": row.id} for row, command in visible_commands(world, user.id, channel, kinds)]


async def _act(world: World, request: web.Request, user: User) -> Json:
    return await act(world, user.id, await read_object(request))


async def _interaction(world: World, request: web.Request, user: User) -> Json:
    row = world.state.interactions.get(request.match_info["interaction"])
    if row is None or row.user_id != user.id:
        raise refuse(10062)
    return shown(world, row)


async def _events(world: World, request: web.Request, user: User) -> list[Json]:
    after, wait = request.query.get("after", "0"), request.query.get("wait", str(LONGEST_WAIT_SECONDS))
    if not after.isdigit():
        raise bad_field("after", "NUMBER_TYPE_COERCE", "The number of the last event that is known.")
    try:
        seconds = min(float(wait), LONGEST_WAIT_SECONDS)
    except ValueError:
        raise bad_field("wait", "NUMBER_TYPE_COERCE", "A number of seconds.") from None
    return await world.feed.after(user.id, int(after), seconds)
