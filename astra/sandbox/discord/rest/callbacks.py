"""Answers to interactions, and the messages that their tokens may still write."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.interactions import answers
from astra.sandbox.discord.refusal import Json, refuse
from astra.sandbox.discord.rows import LOADING, Interaction, Message

from . import webhooks
from .call import Call, route


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    hook = "/webhooks/{application:\\d+}/{token:[^/]+}"
    one = hook + "/messages/{message:\\d+|@original}"
    return [
        *route("POST", "/interactions/{interaction:\\d+}/{token:[^/]+}/callback", _callback, by_token=True),
        *route("POST", hook, _follow_up, by_token=True),
        *route("GET", one, _get, by_token=True),
        *route("PATCH", one, _edit, by_token=True),
        *route("DELETE", one, _delete, by_token=True),
    ]


async def _callback(call: Call) -> Any:
    world = call.world
    interaction_id, token = call.request.match_info["interaction"], call.request.match_info["token"]
    world.desk.pending(interaction_id, token)
    body, uploads = await call.form()
    row = world.desk.pending(interaction_id, token)  # once more: the body took its time
    message = answers.answer(world, row, body, uploads)
    if call.request.query.get("with_response", "").lower() not in ("true", "1"):
        return None
    shown: Json = {"id": row.id, "type": row.type, "channel_id": row.channel_id}
    if row.guild_id is not None:
        shown["guild_id"] = row.guild_id
    reply: Json = {"interaction": shown}
    if message is not None:
        shown |= {
            "response_message_id": message.id,
            "response_message_loading": bool(message.flags & LOADING),
            "response_message_ephemeral": message.ephemeral,
        }
        if body["type"] in (answers.REPLY, answers.UPDATE):  # of a deferred answer only the id is told
            reply["resource"] = {"type": body["type"], "message": _shown(call, message)}
    return reply


def _alive(call: Call) -> Interaction:
    return call.world.desk.alive(call.request.match_info["application"], call.request.match_info["token"])


async def _follow_up(call: Call) -> Any:
    hook = webhooks.of_token(call)
    if hook is not None:
        payload, uploads = await call.form()
        message = webhooks.execute(call, hook, payload, uploads)
        return _shown(call, message) if call.request.query.get("wait", "").lower() in ("true", "1") else None
    row = _alive(call)
    payload, uploads = await call.form()
    return _shown(call, answers.follow_up(call.world, row, payload, uploads))


def _find(call: Call) -> tuple[Interaction, Message]:
    row = _alive(call)
    name = call.request.match_info["message"]
    found = answers.original(call.world, row) if name == "@original" else answers.written(call.world, row, name)
    return row, found


def _target(call: Call) -> Message:
    """The message of a path, by a webhook or a click; whoever has the token may change what it wrote."""
    hook = webhooks.of_token(call)
    if hook is not None:
        return webhooks.written(call, hook, call.request.match_info["message"])
    return _find(call)[1]


async def _get(call: Call) -> Any:
    return _shown(call, _target(call))


async def _edit(call: Call) -> Any:
    _target(call)
    payload, uploads = await call.form()
    message = _target(call)
    if message.author_id != call.request.match_info["application"]:
        raise refuse(50005)
    return _shown(call, messages.edit(call.world, message, payload, uploads))


async def _delete(call: Call) -> Any:
    messages.delete(call.world, _target(call))


def _shown(call: Call, message: Message) -> Any:
    return portraits.message(call.world.state, message, call.world.base_url)
