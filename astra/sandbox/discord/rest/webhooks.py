"""Webhooks of channels: made by a bot, used by anybody who has the address."""

from __future__ import annotations

import re
import secrets
from typing import Any

from aiohttp import web

from astra.sandbox.discord import messages, portraits
from astra.sandbox.discord.body import Upload
from astra.sandbox.discord.forms.message import draft
from astra.sandbox.discord.permissions import MANAGE_WEBHOOKS
from astra.sandbox.discord.refusal import Json, bad_field, refuse
from astra.sandbox.discord.rows import Channel, Message, Webhook

from .call import Call, route

MOST_WEBHOOKS = 15
FORBIDDEN = re.compile(r"clyde|discord", re.IGNORECASE)


def routes() -> list[web.RouteDef]:
    """What to add to the router. What is written with a token is in `callbacks.py`: one address serves clicks too."""
    one = "/webhooks/{webhook:\\d+}"
    with_secret = "/webhooks/{application:\\d+}/{token:[^/]+}"  # noqa: S105 - a path
    return [
        *route("GET", "/channels/{channel:\\d+}/webhooks", _of_channel),
        *route("POST", "/channels/{channel:\\d+}/webhooks", _make),
        *route("GET", "/guilds/{guild:\\d+}/webhooks", _of_guild),
        *route("GET", one, _get),
        *route("PATCH", one, _change),
        *route("DELETE", one, _remove),
        *route("GET", with_secret, _get_by_token, by_token=True),
        *route("PATCH", with_secret, _change_by_token, by_token=True),
        *route("DELETE", with_secret, _remove_by_token, by_token=True),
    ]


def of_token(call: Call) -> Webhook | None:
    """The webhook that a path with a token names; None where the id is an application's. Raises Refusal 50027."""
    row = call.world.state.webhooks.get(call.request.match_info["application"])
    if row is not None and not secrets.compare_digest(row.token, call.request.match_info["token"]):
        raise refuse(50027)
    return row


def execute(call: Call, row: Webhook, payload: Json, uploads: list[Upload]) -> Message:
    """Writes a message under the webhook's name. A nonce is not honoured here. Raises Refusal 50035, 50006, 10003 or 50083."""
    world = call.world
    channel = _target(call, row)
    plain = row.application_id is None
    if payload.get("components") and plain and call.request.query.get("with_components", "").lower() not in ("true", "1"):
        payload = {key: value for key, value in payload.items() if key != "components"}  # others' components are dropped
    made = draft(world.state, world.ids, channel.id, payload, uploads)
    name = payload.get("username") or row.name
    message = Message(world.ids.new(), channel.id, row.id, world.clock.text(), tts=bool(payload.get("tts")))
    message.author = {**portraits.user(world.user(row.user_id)), "id": row.id, "username": name, "global_name": None, "bot": True}
    message.author |= {"discriminator": "0000"}
    message.application_id, message.by_webhook = row.application_id, True
    return messages.write(world, channel, message, made)


def written(call: Call, row: Webhook, message_id: str) -> Message:
    """A message that the webhook wrote. Raises Refusal 10008."""
    message = messages.find(call.world, _target(call, row).id, message_id)
    if message.author_id != row.id:
        raise refuse(10008)
    return message


def _target(call: Call, row: Webhook) -> Channel:
    wanted = call.request.query.get("thread_id")
    channel = call.world.channel(wanted or row.channel_id)
    if wanted and channel.parent_id != row.channel_id:
        raise refuse(10003)
    if channel.thread is not None and channel.thread["archived"]:
        channel.thread["archived"] = False  # a webhook's message opens the thread again
    return channel


def _name(value: Any) -> str:
    name = value.strip() if isinstance(value, str) else ""
    if not 1 <= len(name) <= 80:
        raise bad_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 80 in length.")
    if found := FORBIDDEN.search(name):
        raise bad_field("name", "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{found.group(0).lower()}"')
    return name


def _shown(call: Call, row: Webhook) -> Json:
    return portraits.webhook(call.world.state, row, call.world.base_url)


async def _make(call: Call) -> Any:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), MANAGE_WEBHOOKS)
    if channel.guild_id is None or channel.is_thread:
        raise refuse(50024)
    body = await call.json()
    if sum(1 for row in call.world.state.webhooks.values() if row.channel_id == channel.id) >= MOST_WEBHOOKS:
        raise refuse(30007)
    row = Webhook(
        call.world.ids.new(), channel.id, channel.guild_id, call.bot.id, call.bot.id, _name(body.get("name")), secrets.token_urlsafe(51)
    )
    call.world.state.webhooks[row.id] = row
    _told(call, row)
    return _shown(call, row)


async def _of_channel(call: Call) -> Any:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), MANAGE_WEBHOOKS)
    return [_shown(call, row) for row in call.world.state.webhooks.values() if row.channel_id == channel.id]


async def _of_guild(call: Call) -> Any:
    guild = call.world.guild_for(call.bot.id, call.id("guild"), MANAGE_WEBHOOKS)
    return [_shown(call, row) for row in call.world.state.webhooks.values() if row.guild_id == guild.id]


def _own(call: Call) -> Webhook:
    row = call.world.state.webhooks.get(call.id("webhook"))
    if row is None:
        raise refuse(10015)
    call.world.channel_for(call.bot.id, row.channel_id, MANAGE_WEBHOOKS)
    return row


def _by_token(call: Call) -> Webhook:
    row = of_token(call)
    if row is None:
        raise refuse(10015)
    return row


def _told(call: Call, row: Webhook) -> None:
    call.world.changed()
    call.world.news.in_channel("WEBHOOKS_UPDATE", call.world.channel(row.channel_id), {})


async def _edit(call: Call, row: Webhook) -> Json:
    body = await call.json()
    if "name" in body:
        row.name = _name(body["name"])
    if body.get("channel_id") is not None and "token" not in call.request.match_info:
        row.channel_id = call.world.channel_for(call.bot.id, str(body["channel_id"]), MANAGE_WEBHOOKS).id
    _told(call, row)
    return _shown(call, row)


async def _get(call: Call) -> Any:
    return _shown(call, _own(call))


async def _change(call: Call) -> Any:
    return await _edit(call, _own(call))


async def _remove(call: Call) -> Any:
    row = call.world.state.webhooks.pop(_own(call).id)
    _told(call, row)


async def _get_by_token(call: Call) -> Any:
    return {key: value for key, value in _shown(call, _by_token(call)).items() if key != "user"}


async def _change_by_token(call: Call) -> Any:
    return {key: value for key, value in (await _edit(call, _by_token(call))).items() if key != "user"}


async def _remove_by_token(call: Call) -> Any:
    row = call.world.state.webhooks.pop(_by_token(call).id)
    _told(call, row)
