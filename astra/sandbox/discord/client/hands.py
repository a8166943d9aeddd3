"""What the client lets a person do beyond writing and pressing: react, answer, send files, be seen writing; and who wears which role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, polls, portraits
from astra.sandbox.discord.body import read_form, read_object
from astra.sandbox.discord.permissions import ADD_REACTIONS, ATTACH_FILES, READ_HISTORY, SEND_MESSAGES
from astra.sandbox.discord.refusal import Json, refuse
from astra.sandbox.discord.reply import answer
from astra.sandbox.discord.rest.reactions import emoji_name, react, unreact
from astra.sandbox.discord.rows import Message, User
from astra.sandbox.discord.world import WORLD, World

MOST_MESSAGES = 10_000
Act = Callable[[World, web.Request, User], Awaitable[Any]]


def routes() -> list[web.RouteDef]:
    """What to add to the router; everything lies under the person API."""
    channel = "/_sandbox/as/{user}/channels/{channel:\\d+}"
    one = channel + "/messages/{message:\\d+}/reactions/{emoji:[^/]+}"
    return [
        web.put(one, _wrap(_react)),
        web.delete(one, _wrap(_unreact)),
        web.put(channel + "/messages/{message:\\d+}/votes", _wrap(_vote)),
        web.get(channel + "/posts", _wrap(_posts)),
        web.post(channel + "/posts", _wrap(_post)),
        web.patch(channel + "/messages/{message:\\d+}", _wrap(_rewrite)),
        web.post(channel + "/typing", _wrap(_type)),
        web.get("/_sandbox/as/{user}/guilds/{guild:\\d+}/people", _wrap(_people)),
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


def _found(world: World, request: web.Request, user: User, bits: int = READ_HISTORY) -> Message:
    channel = world.channel_for(user.id, request.match_info["channel"], bits)
    return messages.find(world, channel.id, request.match_info["message"])


async def _react(world: World, request: web.Request, user: User) -> None:
    name = emoji_name(request.match_info["emoji"])
    message = _found(world, request, user)
    if all(entry["name"] != name for entry in message.reactions):  # joining in needs no permission, beginning does
        _found(world, request, user, READ_HISTORY | ADD_REACTIONS)
    react(world, message, user.id, name)


async def _unreact(world: World, request: web.Request, user: User) -> None:
    unreact(world, _found(world, request, user), user.id, emoji_name(request.match_info["emoji"]))


async def _vote(world: World, request: web.Request, user: User) -> Json:
    """`{answers: [ids]}`: all that the person votes for; the message as he sees it then."""
    message = _found(world, request, user)
    polls.vote(world, message, user.id, (await read_object(request)).get("answers"))
    return portraits.message(world.state, message, "", user.id)


async def _posts(world: World, request: web.Request, user: User) -> list[Json]:
    """The newest `limit` messages before `before`, oldest first; with `pinned=1` all pinned ones. `me` of reactions is the reader's."""
    channel = world.channel_for(user.id, request.match_info["channel"])
    rows = messages.listed(world, channel.id, user.id)
    before, limit = request.query.get("before", ""), request.query.get("limit", "")
    if request.query.get("pinned") == "1":
        rows = [row for row in rows if row.pinned_at is not None]
    if before.isdigit():
        rows = [row for row in rows if int(row.id) < int(before)]
    most = int(limit) if limit.isdigit() and 0 < int(limit) <= MOST_MESSAGES else MOST_MESSAGES
    return [portraits.message(world.state, row, "", user.id) for row in rows[-most:]]


async def _post(world: World, request: web.Request, user: User) -> Json:
    """`{content?, message_reference?}`, as JSON or as multipart's `payload_json` with `files[n]`."""
    channel = world.channel_for(user.id, request.match_info["channel"], SEND_MESSAGES)
    payload, uploads = await read_form(request)
    if uploads and not world.may(user.id, channel, ATTACH_FILES):
        raise refuse(50013)
    wanted = {key: payload[key] for key in ("content", "message_reference") if payload.get(key)}
    message = messages.post(world, channel, user.id, wanted, uploads)
    return portraits.message(world.state, message)


async def _rewrite(world: World, request: web.Request, user: User) -> Json:
    """`{content}`: what a message of one's own says from now on. Raises Refusal 50005 for somebody else's."""
    message = _found(world, request, user)
    if message.author_id != user.id:
        raise refuse(50005)
    messages.edit(world, message, {"content": (await read_object(request)).get("content")}, [])
    return portraits.message(world.state, message, "", user.id)


async def _type(world: World, request: web.Request, user: User) -> None:
    channel = world.channel_for(user.id, request.match_info["channel"], SEND_MESSAGES)
    data: Json = {"user_id": user.id, "timestamp": int(world.clock.unix())}
    guild = world.guild_of(channel)
    if guild is not None and user.id in guild.members:
        data["member"] = portraits.member(world.state, guild.members[user.id])
    world.news.in_channel("TYPING_START", channel, data)


async def _people(world: World, request: web.Request, user: User) -> Json:
    """Roles of a guild and who wears them."""
    guild = world.guild_for(user.id, request.match_info["guild"])
    return {
        "roles": [portraits.role(row) for row in guild.roles.values()],
        "members": [{"user_id": row.user_id, "nick": row.nick, "roles": list(row.roles)} for row in guild.members.values()],
    }
