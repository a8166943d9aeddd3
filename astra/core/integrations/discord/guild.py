"""What a bot's token can read of a server, and the few things it may put right there."""

import datetime
from typing import Any

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.failures import Refused
from astra.core.integrations.discord.permissions import ChannelReading, GuildReading, OverwriteReading, RoleReading
from astra.core.integrations.discord.rest import DiscordRest

# What Discord answers about a server in which the bot is not: unknown, or no access.
NOT_THERE = frozenset({10004, 50001})
MEMBER_OVERWRITE = 1


def read_guild(token: Secret, guild_id: str, bot_id: str, now: datetime.datetime) -> GuildReading | None:
    """A server with roles, channels and the bot's own place in it; None when the bot is not there.

    Three calls. ``now`` decides whether a time-out of the bot is over. Raises the failures of ``rest``.
    """
    rest = DiscordRest(token)
    try:
        guild = rest.get(f"/guilds/{guild_id}")
        member = rest.get(f"/guilds/{guild_id}/members/{bot_id}")
        channels = rest.get(f"/guilds/{guild_id}/channels")
    except Refused as failure:
        if failure.code in NOT_THERE or failure.status == 404:
            return None
        raise
    return GuildReading(
        id=str(guild["id"]),
        name=str(guild["name"]),
        owner_id=str(guild.get("owner_id", "")),
        bot_id=bot_id,
        roles=tuple(_role(row) for row in guild.get("roles", [])),
        bot_roles=tuple(str(key) for key in member.get("roles", [])),
        is_silenced=_is_silenced(member.get("communication_disabled_until"), now),
        channels=tuple(_channel(row) for row in channels),
    )


def may_use_commands(token: Secret, application_id: str, guild_id: str) -> bool:
    """Whether the bot was added with the scope ``applications.commands``: without it Discord shows nobody its command lists there."""
    try:
        DiscordRest(token).get(f"/applications/{application_id}/guilds/{guild_id}/commands")
    except Refused as failure:
        if failure.code in NOT_THERE:
            return False
        raise
    return True


def command_names(token: Secret, application_id: str) -> frozenset[str]:
    """The names of the bot's commands that hold everywhere."""
    return frozenset(str(row.get("name", "")) for row in DiscordRest(token).get(f"/applications/{application_id}/commands"))


def starts_used(token: Secret) -> int:
    """How many of the day's gateway starts Discord has counted for this token, by whichever program."""
    limit = DiscordRest(token).get("/gateway/bot").get("session_start_limit", {})
    return max(0, int(limit.get("total", 0)) - int(limit.get("remaining", 0)))


def allow_in_channel(token: Secret, channel: ChannelReading, bot_id: str, bits: int) -> None:
    """Gives the bot permissions in a channel by an entry of its own, on top of what it has there.

    Raises Refused (50013) where the bot may not manage the channel's permissions, or lacks them in the server.
    """
    known = next((entry for entry in channel.overwrites if entry.id == bot_id), OverwriteReading(bot_id, 0, 0))
    wanted = {"type": MEMBER_OVERWRITE, "allow": str(known.allow | bits), "deny": str(known.deny & ~bits)}
    DiscordRest(token).put(f"/channels/{channel.id}/permissions/{bot_id}", json=wanted)


def _role(row: dict[str, Any]) -> RoleReading:
    tags = row.get("tags") or {}
    return RoleReading(str(row["id"]), str(row["name"]), int(row["permissions"]), int(row["position"]), str(tags.get("bot_id") or ""))


def _channel(row: dict[str, Any]) -> ChannelReading:
    entries = tuple(
        OverwriteReading(str(one["id"]), int(one.get("allow") or 0), int(one.get("deny") or 0))
        for one in row.get("permission_overwrites") or []
    )
    return ChannelReading(str(row["id"]), str(row.get("name") or ""), int(row["type"]), entries)


def _is_silenced(until: Any, now: datetime.datetime) -> bool:
    if not isinstance(until, str) or not until:
        return False
    try:
        return datetime.datetime.fromisoformat(until) > now
    except ValueError:
        return False
