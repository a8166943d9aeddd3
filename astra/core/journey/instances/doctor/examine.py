"""Simulates every step of the shop with what was read of Discord: a pure function, by Discord's own permission arithmetic."""

from dataclasses import dataclass
from typing import Literal

from astra.core.integrations.discord.permissions import (
    ATTACH_FILES,
    EMBED_LINKS,
    MANAGE_ROLES,
    PRIVATE_THREADS,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    VIEW_CHANNEL,
    ChannelReading,
    GuildReading,
    denied_by,
    highest_position,
    in_channel,
    in_guild,
)
from astra.core.journey.instances.doctor.steps import DEAD_TOKEN, Fix, Step, Verdict

# What a channel must let the bot do, in the order a card needs it, and how bad it is without.
NEEDS: tuple[tuple[str, int, Verdict], ...] = (
    ("view_channel", VIEW_CHANNEL, "blocked"),
    ("send_messages", SEND_MESSAGES, "blocked"),
    ("embed_links", EMBED_LINKS, "warned"),
    ("attach_files", ATTACH_FILES, "warned"),
    ("read_history", READ_HISTORY, "warned"),
)
NEEDED_BITS = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_HISTORY
THREAD_BITS = PRIVATE_THREADS | SEND_IN_THREADS
WRITABLE_TYPES = frozenset({0, 5})


@dataclass(frozen=True, slots=True)
class Uses:
    """What the shop does in its server: (id, name) of the channels it writes in and of the roles it hands out."""

    channels: tuple[tuple[str, str], ...] = ()
    roles: tuple[tuple[str, str], ...] = ()


Clicks = Literal["ours", "nowhere", "elsewhere"]
Direct = Literal["ok", "refused", "unknown"]
# What an earlier verdict about direct messages says of them.
DIRECT_OF: dict[str, Direct] = {"ok": "ok", "warned": "refused"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What Discord said. ``clicks`` says where the bot's clicks go; ``direct`` whether it may open a direct conversation."""

    is_token_good: bool = True
    guild_name: str = ""
    guild: GuildReading | None = None
    has_scope: bool = True
    has_commands: bool = True
    clicks: Clicks = "ours"
    direct: Direct = "unknown"
    is_used_elsewhere: bool = False


def examine(seen: Seen, uses: Uses) -> list[Step]:
    """Every step in the order a sale needs it. Nothing is judged behind a step that makes it pointless."""
    if not seen.is_token_good:
        return [DEAD_TOKEN]
    steps = [Step("token"), _clicks(seen), _elsewhere(seen), _commands(seen)]
    if seen.guild is None:
        reason = "guild_left" if seen.guild_name else "no_server"
        return [*steps, Step("server", "blocked", reason, fix="invite", facts={"server": seen.guild_name})]
    guild = seen.guild
    steps.append(Step("server", facts={"server": guild.name}))
    steps.append(Step("scope") if seen.has_scope else Step("scope", "blocked", "missing_scope", fix="invite"))
    if guild.is_silenced:
        steps.append(Step("voice", "blocked", "bot_silenced", facts={"server": guild.name}))
    steps.append(_direct(seen))
    for channel_id, name in uses.channels:
        steps += examine_channel(guild, channel_id, name)
    steps += [_role(guild, role_id, name) for role_id, name in uses.roles]
    return steps


def examine_channel(guild: GuildReading, channel_id: str, name: str) -> list[Step]:
    """The steps of one channel."""
    channel = guild.channel(channel_id)
    if channel is None or channel.type not in WRITABLE_TYPES:
        return [Step("channel", "blocked", "channel_gone", channel_id, name)]
    bits = in_channel(guild, channel)
    if guild.is_silenced:
        return [Step(step, "skipped", "", channel.id, channel.name) for step, _bit, _verdict in NEEDS]
    steps: list[Step] = []
    for step, bit, verdict in NEEDS:
        if bits & bit:
            steps.append(Step(step, place=channel.id, place_name=channel.name))
        elif any(one.verdict == "blocked" for one in steps):
            steps.append(Step(step, "skipped", "", channel.id, channel.name))
        else:
            steps.append(_missing(guild, channel, step, bit, verdict))
    if bits & THREAD_BITS == THREAD_BITS:
        steps.append(Step("threads", place=channel.id, place_name=channel.name))
    else:
        steps.append(Step("threads", "unneeded", "", channel.id, channel.name))
    return steps


def _missing(guild: GuildReading, channel: ChannelReading, step: str, bit: int, verdict: Verdict) -> Step:
    holder = denied_by(guild, channel, bit)
    fix: Fix = ""
    if not holder:
        fix = "invite"  # no role gives it: adding the bot again asks for it
    elif in_channel(guild, channel) & MANAGE_ROLES and in_guild(guild) & bit:
        fix = "allow"
    role = guild.role(holder)
    facts = {"permission": step, "holder": "@everyone" if holder == guild.id else role.name if role else ""}
    return Step(step, verdict, "missing_permissions", channel.id, channel.name, fix, facts)


def _clicks(seen: Seen) -> Step:
    if seen.clicks == "elsewhere":
        return Step("clicks", "blocked", "token_in_use_elsewhere", fix="clicks")
    if seen.clicks == "nowhere":
        return Step("clicks", "blocked", "endpoint_verification_failed", fix="clicks")
    return Step("clicks")


def _elsewhere(seen: Seen) -> Step:
    return Step("elsewhere", "warned", "token_in_use_elsewhere", fix="token") if seen.is_used_elsewhere else Step("elsewhere")


def _commands(seen: Seen) -> Step:
    return Step("commands") if seen.has_commands else Step("commands", "warned", "commands_missing", fix="commands")


def _direct(seen: Seen) -> Step:
    if seen.direct == "refused":
        return Step("direct", "warned", "direct_refused")
    return Step("direct", "ok" if seen.direct == "ok" else "skipped")


def _role(guild: GuildReading, role_id: str, name: str) -> Step:
    role = guild.role(role_id)
    if role is None or role.id == guild.id or role.bot_id:
        return Step("role", "blocked", "role_gone", role_id, name)
    if not in_guild(guild) & MANAGE_ROLES:
        return Step("role", "blocked", "missing_permissions", role.id, role.name, "invite", {"permission": "manage_roles"})
    if role.position >= highest_position(guild):
        own = max((one for one in guild.roles if one.id in guild.bot_roles), key=lambda one: one.position, default=None)
        return Step("role", "blocked", "role_hierarchy", role.id, role.name, "", {"own": own.name if own else "@everyone"})
    return Step("role", place=role.id, place_name=role.name)
