"""Who may do what where: roles, then the channel's overwrites, as Discord computes it."""

from __future__ import annotations

from .rows import DIRECT, Channel, Guild

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
MANAGE_ROLES = 1 << 28
USE_COMMANDS = 1 << 31

ALL = (1 << 53) - 1
EVERYONE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_HISTORY | USE_COMMANDS | (1 << 6) | (1 << 26)
INVITED_BOT = EVERYONE | MANAGE_CHANNELS | MANAGE_MESSAGES | MANAGE_ROLES | MENTION_EVERYONE
IN_DIRECT = EVERYONE


def in_guild(guild: Guild, user_id: str) -> int:
    """The bits of `user_id` in the whole guild; 0 for one who is not a member."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if guild.owner_id == user_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions if role_id in guild.roles else 0
    return ALL if bits & ADMINISTRATOR else bits


def in_channel(guild: Guild | None, channel: Channel, user_id: str) -> int:
    """The bits of `user_id` in `channel`; 0 where he does not see it."""
    if channel.type == DIRECT or guild is None:
        return IN_DIRECT if user_id in channel.recipients else 0
    bits = in_guild(guild, user_id)
    if bits == ALL or not bits:
        return bits
    member = guild.members[user_id]
    by_id = {entry["id"]: entry for entry in channel.overwrites}
    layers = [[guild.id], [role for role in member.roles if role in by_id], [user_id]]
    for layer in layers:
        denied = allowed = 0
        for key in layer:
            if key in by_id:
                denied |= int(by_id[key]["deny"])
                allowed |= int(by_id[key]["allow"])
        bits = (bits & ~denied) | allowed
    return bits if bits & VIEW_CHANNEL else 0
