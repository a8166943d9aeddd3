"""The bot's application, users, and where the gateway is."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from astra.sandbox.discord import portraits
from astra.sandbox.discord.application_portrait import LIMITED_INTENTS
from astra.sandbox.discord.application_portrait import application as application_portrait
from astra.sandbox.discord.interactions.courier import INVALID_ADDRESS
from astra.sandbox.discord.interactions.payload import ping
from astra.sandbox.discord.people import direct_channel
from astra.sandbox.discord.refusal import Json, bad_field, refuse, unauthorized

from .call import Call, route

SAID = ("tags", "custom_install_url", "install_params", "integration_types_config", "role_connections_verification_url")


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    return [
        *route("GET", "/applications/@me", _application),
        *route("GET", "/oauth2/applications/@me", _application),
        *route("PATCH", "/applications/@me", _change_application),
        *route("GET", "/applications/{application:\\d+}", _named_application),
        *route("PATCH", "/applications/{application:\\d+}", _change_named_application),
        *route("GET", "/users/@me", _me, bearer=True),
        *route("PATCH", "/users/@me", _change_me),
        *route("GET", "/users/@me/channels", _direct_channels),
        *route("POST", "/users/@me/channels", _open_direct),
        *route("GET", "/users/@me/guilds", _guilds, bearer=True),
        *route("DELETE", "/users/@me/guilds/{guild:\\d+}", _leave),
        *route("GET", "/users/{user:\\d+}", _user),
        *route("GET", "/gateway/bot", _gateway_bot),
        *route("GET", "/gateway", _gateway, by_token=True),
    ]


async def _application(call: Call) -> Any:
    return application_portrait(call.world.state, call.bot)


async def _change_application(call: Call) -> Any:
    body = await call.json()
    application = call.bot
    if "interactions_endpoint_url" in body:
        url = body["interactions_endpoint_url"] or None
        if url is not None:
            parts = urlsplit(url) if isinstance(url, str) else None
            if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
                raise bad_field("interactions_endpoint_url", INVALID_ADDRESS, "Not a well formed URL.")
            if url != application.endpoint_url:
                await call.world.desk.courier.prove(application, url, ping(call.world, application))
        application.endpoint_url = url
    if isinstance(body.get("description"), str):
        if len(body["description"]) > 400:
            raise bad_field("description", "BASE_TYPE_MAX_LENGTH", "Must be 400 or fewer in length.")
        application.description = body["description"]
    if isinstance(body.get("description"), dict):
        application.description = body["description"]["default"]
    for name in SAID:
        if body.get(name) is not None:
            application.settings[name] = body[name]
        elif name in body:
            application.settings.pop(name, None)
    asked = application.settings.get("install_params")
    if asked is not None:
        application.settings["install_params"] = {**asked, "permissions": str(asked.get("permissions") or 0)}
    if isinstance(body.get("flags"), int):  # a small bot turns its privileged intents on by itself
        application.privileged_intents = sum(intent for intent, flag in LIMITED_INTENTS if body["flags"] & flag)
    call.world.changed()
    return application_portrait(call.world.state, application)


async def _named_application(call: Call) -> Any:
    call.own_application()
    return await _application(call)


async def _change_named_application(call: Call) -> Any:
    call.own_application()
    return await _change_application(call)


async def _me(call: Call) -> Any:
    if call.grant is not None:
        if "identify" not in call.grant["scopes"]:
            raise unauthorized()
        user = call.world.user(call.grant["user_id"])
        shown = portraits.own_user(user)
        shown["email"] = user.email
        return shown if "email" in call.grant["scopes"] else {k: v for k, v in shown.items() if k not in ("email", "verified")}
    return portraits.own_user(call.world.user(call.bot.id))


async def _change_me(call: Call) -> Any:
    body = await call.json()
    me = call.world.user(call.bot.id)
    name = body.get("username") or me.username
    if not isinstance(name, str) or not 2 <= len(name) <= 32:
        raise bad_field("username", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 32 in length.")
    me.username = name
    call.world.changed()
    shown = portraits.own_user(me)
    call.world.hub.tell(me.id, "USER_UPDATE", shown, every_shard=True)
    return shown


async def _user(call: Call) -> Any:
    return portraits.user(call.world.user(call.id("user")))


async def _direct_channels(call: Call) -> Any:
    return []  # a bot is never shown the direct channels it has


async def _open_direct(call: Call) -> Any:
    body = await call.json()
    recipient = str(body.get("recipient_id") or "")  # one library sends a number
    if recipient not in call.world.state.users or recipient == call.bot.id:
        raise bad_field("recipient_id", "BASE_TYPE_INVALID", "Invalid Recipient")
    channel = direct_channel(call.world, call.bot.id, recipient)
    return portraits.channel(call.world.state, channel, call.bot.id)


async def _guilds(call: Call) -> Any:
    if call.grant is not None and "guilds" not in call.grant["scopes"]:
        raise refuse(50001)
    me = call.bot.id if call.grant is None else str(call.grant["user_id"])
    rows = [guild for guild in call.world.state.guilds.values() if me in guild.members]
    after, before = call.request.query.get("after"), call.request.query.get("before")
    if after is not None and after.isdigit():
        rows = [guild for guild in rows if int(guild.id) > int(after)]
    if before is not None and before.isdigit():
        rows = [guild for guild in rows if int(guild.id) < int(before)]
    limit = int(call.request.query.get("limit", "200"))
    rows = rows[-limit:] if before is not None and after is None else rows[:limit]
    shown = [portraits.my_guild(guild, me) for guild in rows]
    if call.request.query.get("with_counts", "").lower() in ("true", "1"):
        for entry, guild in zip(shown, rows, strict=False):
            entry |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
    return shown


async def _leave(call: Call) -> Any:
    guild = call.world.guild_for(call.bot.id, call.id("guild"))
    call.world.people.leave(guild, call.bot.id)


async def _gateway(call: Call) -> Any:
    return {"url": call.world.gateway_url}


async def _gateway_bot(call: Call) -> Any:
    left = call.world.identifies_left(call.bot)
    knobs = call.world.hub.knobs
    limit: Json = {"total": knobs.sessions_a_day, "remaining": max(left, 0), "reset_after": 0, "max_concurrency": knobs.max_concurrency}
    if call.bot.identifies:
        limit["reset_after"] = int((call.bot.identifies[0] + 86_400 - call.world.clock.unix()) * 1000)
    mine = sum(call.bot.id in guild.members for guild in call.world.state.guilds.values())
    shards = max(1, -(-mine * 2 // knobs.guilds_a_shard))  # half of what a shard may hold, as Discord advises early
    return {"url": call.world.gateway_url, "shards": shards, "session_start_limit": limit}
