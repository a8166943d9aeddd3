"""A guild as a whole, what it is asked for trivially, and its invites."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from astra.sandbox.discord import portraits
from astra.sandbox.discord.permissions import CREATE_INVITE, MANAGE_CHANNELS, MANAGE_GUILD
from astra.sandbox.discord.refusal import Json, bad_field, refuse
from astra.sandbox.discord.rows import Guild

from .call import Call, route

DAY_SECONDS = 86_400
KEPT = (
    "verification_level", "default_message_notifications", "explicit_content_filter", "afk_channel_id", "afk_timeout",
    "system_channel_id", "system_channel_flags", "rules_channel_id", "public_updates_channel_id", "safety_alerts_channel_id",
    "premium_progress_bar_enabled",
)  # fmt: skip
REGION = {"id": "brazil", "name": "Brazil", "custom": False, "deprecated": False, "optimal": True}


def routes() -> list[web.RouteDef]:
    """What to add to the router."""
    guild = "/guilds/{guild:\\d+}"
    return [
        *route("GET", guild, _guild),
        *route("PATCH", guild, _change),
        *route("GET", guild + "/preview", _preview),
        *route("GET", guild + "/stickers", _nothing),
        *route("GET", guild + "/integrations", _nothing),
        *route("GET", guild + "/scheduled-events", _nothing),
        *route("GET", guild + "/auto-moderation/rules", _nothing),
        *route("GET", guild + "/templates", _nothing),
        *route("GET", guild + "/regions", _regions),
        *route("GET", guild + "/invites", _invites),
        *route("GET", "/voice/regions", _regions),
        *route("GET", "/channels/{channel:\\d+}/invites", _channel_invites),
        *route("POST", "/channels/{channel:\\d+}/invites", _invite),
        *route("GET", "/invites/{code}", _get_invite),
        *route("DELETE", "/invites/{code}", _revoke),
    ]


def _there(call: Call, bits: int = 0) -> Guild:
    return call.world.guild_for(call.bot.id, call.id("guild"), bits)


async def _guild(call: Call) -> Any:
    guild = _there(call)
    shown = portraits.guild(guild)
    if call.request.query.get("with_counts") == "true":
        shown |= {"approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}
    return shown


async def _preview(call: Call) -> Any:
    guild = _there(call)
    names = ("id", "name", "icon", "description", "home_header", "splash", "discovery_splash", "features", "emojis", "stickers")
    shown = {key: value for key, value in portraits.guild(guild).items() if key in names}
    return {**shown, "approximate_member_count": len(guild.members), "approximate_presence_count": len(guild.members)}


async def _change(call: Call) -> Any:
    guild = _there(call, MANAGE_GUILD)
    body = await call.json()
    if "name" in body:
        if not isinstance(body["name"], str) or not 2 <= len(body["name"].strip()) <= 100:
            raise bad_field("name", "BASE_TYPE_BAD_LENGTH", "Must be between 2 and 100 in length.")
        guild.name = body["name"].strip()
    if body.get("preferred_locale"):
        guild.locale = body["preferred_locale"]
    if "description" in body:
        guild.description = body["description"]
    for name in KEPT:
        if name in body and (body[name] is not None or name.endswith("_id")):
            guild.settings[name] = str(body[name]) if name.endswith("_id") and body[name] is not None else body[name]
    call.world.changed()
    shown = portraits.guild(guild)
    call.world.news.guild("GUILD_UPDATE", guild, shown)
    return shown


async def _nothing(call: Call) -> Any:
    _there(call)
    return []


async def _regions(call: Call) -> Any:
    return [REGION]


async def _invite(call: Call) -> Any:
    world = call.world
    channel = world.channel_for(call.bot.id, call.id("channel"), CREATE_INVITE)
    if channel.guild_id is None or channel.is_thread:
        raise refuse(50024)
    body = await call.json()
    kept: Json = {
        "code": secrets.token_urlsafe(6),
        "guild_id": channel.guild_id,
        "channel_id": channel.id,
        "inviter_id": call.bot.id,
        "max_age": DAY_SECONDS if body.get("max_age") is None else body["max_age"],
        "max_uses": body.get("max_uses") or 0,
        "temporary": bool(body.get("temporary")),
        "created_at": world.clock.text(),
    }
    if not body.get("unique"):
        names = ("channel_id", "inviter_id", "max_age", "max_uses", "temporary")
        same = (old for old in world.state.invites.values() if all(old[name] == kept[name] for name in names))
        kept = next((old for old in same if not _is_over(call, old)), kept)
    if kept["code"] not in world.state.invites:
        world.state.invites[kept["code"]] = kept
        world.changed()
        created = {key: kept[key] for key in ("code", "created_at", "max_age", "max_uses", "temporary")}
        inviter = portraits.user(world.user(call.bot.id))
        world.news.in_channel("INVITE_CREATE", channel, {**created, "uses": 0, "type": 0, "inviter": inviter})
    return _shown(call, kept)


def _expires(kept: Json) -> str | None:
    if not kept["max_age"]:
        return None
    return (datetime.fromisoformat(kept["created_at"]) + timedelta(seconds=kept["max_age"])).isoformat()


def _is_over(call: Call, kept: Json) -> bool:
    expires = _expires(kept)
    return kept["channel_id"] not in call.world.state.channels or (expires is not None and expires <= call.world.clock.text())


def _shown(call: Call, kept: Json) -> Json:
    state = call.world.state
    guild, channel = portraits.guild(state.guilds[kept["guild_id"]]), state.channels[kept["channel_id"]]
    names = ("id", "name", "splash", "banner", "description", "icon", "features", "verification_level", "vanity_url_code", "nsfw_level")
    more = ("nsfw", "premium_subscription_count")
    return {
        "type": 0,
        "code": kept["code"],
        "guild_id": kept["guild_id"],
        "guild": {key: guild[key] for key in (*names, *more)},
        "channel": {"id": channel.id, "type": channel.type, "name": channel.name},
        "inviter": portraits.user(state.users[kept["inviter_id"]]),
        "expires_at": _expires(kept),
        "created_at": kept["created_at"],
        "max_age": kept["max_age"],
        "max_uses": kept["max_uses"],
        "temporary": kept["temporary"],
        "uses": 0,
    }


def _find(call: Call) -> Json:
    kept = call.world.state.invites.get(call.request.match_info["code"])
    if kept is None or _is_over(call, kept):
        raise refuse(10006)
    return kept


async def _get_invite(call: Call) -> Any:
    return _shown(call, _find(call))


async def _revoke(call: Call) -> Any:
    kept = _find(call)
    channel = call.world.channel(kept["channel_id"])
    guild = call.world.guild(kept["guild_id"])
    if not call.world.may(call.bot.id, channel, MANAGE_CHANNELS):
        call.world.guild_for(call.bot.id, guild.id, MANAGE_GUILD)
    del call.world.state.invites[kept["code"]]
    call.world.changed()
    call.world.news.in_channel("INVITE_DELETE", channel, {"code": kept["code"]})
    return _shown(call, kept)


async def _invites(call: Call) -> Any:
    guild = _there(call, MANAGE_GUILD)
    return [_shown(call, kept) for kept in call.world.state.invites.values() if kept["guild_id"] == guild.id and not _is_over(call, kept)]


async def _channel_invites(call: Call) -> Any:
    channel = call.world.channel_for(call.bot.id, call.id("channel"), MANAGE_CHANNELS)
    return [
        _shown(call, kept) for kept in call.world.state.invites.values() if kept["channel_id"] == channel.id and not _is_over(call, kept)
    ]
