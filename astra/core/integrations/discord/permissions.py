"""Who may do what where, by Discord's own arithmetic: roles, then overwrites, then what follows from a missing one.

Source: docs.discord.com/developers/topics/permissions ("Permission Overwrites", "Implicit Permissions", "Permissions for
Timed Out Members"). Judged in the tests by discord.py's own computation.
"""

from dataclasses import dataclass, field

ADMINISTRATOR = 1 << 3
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
SEND_TTS = 1 << 12
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
MANAGE_ROLES = 1 << 28
PRIVATE_THREADS = 1 << 36
SEND_IN_THREADS = 1 << 38

ALL = (1 << 53) - 1
# A timed-out member keeps these two; owners and administrators cannot be timed out.
WHILE_SILENCED = VIEW_CHANNEL | READ_HISTORY
# Who may not write may not write with a picture either.
FOLLOW_SENDING = SEND_TTS | EMBED_LINKS | ATTACH_FILES | MENTION_EVERYONE


@dataclass(frozen=True, slots=True)
class RoleReading:
    """A role; the one with the server's own id is @everyone. ``bot_id`` names the bot whose own role it is."""

    id: str
    name: str
    permissions: int
    position: int
    bot_id: str = ""


@dataclass(frozen=True, slots=True)
class OverwriteReading:
    """What a channel allows and denies to a role or a member."""

    id: str
    allow: int
    deny: int


@dataclass(frozen=True, slots=True)
class ChannelReading:
    """A channel of a server."""

    id: str
    name: str
    type: int
    overwrites: tuple[OverwriteReading, ...] = ()


@dataclass(frozen=True, slots=True)
class GuildReading:
    """A server as the bot reads it, with the bot's own place in it."""

    id: str
    name: str
    owner_id: str
    bot_id: str
    roles: tuple[RoleReading, ...]
    bot_roles: tuple[str, ...]
    is_silenced: bool = False
    channels: tuple[ChannelReading, ...] = field(default=())

    def role(self, role_id: str) -> RoleReading | None:
        """A role by its id."""
        return next((role for role in self.roles if role.id == role_id), None)

    def channel(self, channel_id: str) -> ChannelReading | None:
        """A channel by its id."""
        return next((channel for channel in self.channels if channel.id == channel_id), None)


def in_guild(guild: GuildReading) -> int:
    """What the bot may do in the server as a whole, before any channel has its say."""
    if guild.owner_id == guild.bot_id:
        return ALL
    bits = 0
    for role in guild.roles:
        if role.id == guild.id or role.id in guild.bot_roles:
            bits |= role.permissions
    if bits & ADMINISTRATOR:
        return ALL
    return bits & WHILE_SILENCED if guild.is_silenced else bits


def in_channel(guild: GuildReading, channel: ChannelReading) -> int:
    """What the bot may do in a channel; 0 where it does not see it."""
    bits = in_guild(guild)
    if bits == ALL:
        return bits
    for denied, allowed in _layers(guild, channel):
        bits = (bits & ~denied) | allowed
    if guild.is_silenced:
        bits &= WHILE_SILENCED
    if not bits & VIEW_CHANNEL:
        return 0
    return bits if bits & SEND_MESSAGES else bits & ~FOLLOW_SENDING


def highest_position(guild: GuildReading) -> int:
    """How high the bot stands: it may hand out roles below this place only."""
    if guild.owner_id == guild.bot_id:
        return 1 << 30
    return max((role.position for role in guild.roles if role.id in guild.bot_roles), default=0)


def denied_by(guild: GuildReading, channel: ChannelReading, bit: int) -> str:
    """Whose entry in the channel takes a permission away: a role's or member's id; "" when no role gives it in the first place."""
    holder, has = "", bool(in_guild(guild) & bit)
    by_id = {entry.id: entry for entry in channel.overwrites}
    for group in (guild.id,), guild.bot_roles, (guild.bot_id,):
        entries = [by_id[key] for key in group if key in by_id]
        if any(entry.allow & bit for entry in entries):
            holder, has = "", True
        elif found := [entry.id for entry in entries if entry.deny & bit]:
            holder, has = found[0], False
    return "" if has else holder


def _layers(guild: GuildReading, channel: ChannelReading) -> list[tuple[int, int]]:
    """(denied, allowed) of @everyone, of all the bot's roles together, of the bot itself: each weighs more than the one before."""
    by_id = {entry.id: entry for entry in channel.overwrites}
    layers = []
    for group in (guild.id,), guild.bot_roles, (guild.bot_id,):
        denied = allowed = 0
        for key in group:
            if key in by_id:
                denied |= by_id[key].deny
                allowed |= by_id[key].allow
        layers.append((denied, allowed))
    return layers
