"""Polls of messages: who voted, and the end of one's own."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, polls, portraits
from astra.sandbox.discord.permissions import READ_HISTORY
from astra.sandbox.discord.refusal import bad_field, refuse
from astra.sandbox.discord.rows import Message

from .call import Call, route


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    poll = "/channels/{channel:\\d+}/polls/{message:\\d+}"
    return [*route("GET", poll + "/answers/{answer:\\d+}", _voters), *route("POST", poll + "/expire", _expire)]


def _find(call: Call) -> Message:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), READ_HISTORY)
    return messages.find(call.world, channel.id, call.id("message"))


async def _voters(call: Call) -> Any:
    poll = polls.find(_find(call))
    wanted, query = call.id("answer"), call.request.query
    if all(str(entry["answer_id"]) != wanted for entry in poll["answers"]):
        raise bad_field("answer_id", "BASE_TYPE_CHOICES", "No answer of this poll.")
    after, limit = int(query.get("after", "0")), int(query.get("limit", "25"))
    ids = sorted((key for key in poll["votes"].get(wanted, []) if int(key) > after), key=int)
    return {"users": [portraits.user(call.world.user(key)) for key in ids[:limit]]}


async def _expire(call: Call) -> Any:
    message = _find(call)
    if message.author_id != call.bot.id:
        raise refuse(50005)
    polls.finish(call.world, message)
    return portraits.message(call.world.state, message, call.world.base_url, call.bot.id)
