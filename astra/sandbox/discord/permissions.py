"""Who may do what where: roles, then the channel's overwrites, as Discord computes it."""

from __future__ import annotations

from .rows import DIRECT, PRIVATE_THREAD, Channel, Guild

CREATE_INVITE = 1 << 0
KICK_MEMBERS = 1 << 1
BAN_MEMBERS = 1 << 2
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
MANAGE_WEBHOOKS = 1 << 29
MANAGE_EXPRESSIONS = 1 << 30
USE_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
PUBLIC_THREADS = 1 << 35
PRIVATE_THREADS = 1 << 36
SEND_IN_THREADS = 1 << 38
MODERATE_MEMBERS = 1 << 40
CREATE_EXPRESSIONS = 1 << 43
SEND_POLLS = 1 << 49
PIN_MESSAGES = 1 << 51

ALL = (1 << 53) - 1
EVERYONE = VIEW_CHANNEL | SEND_MESSAGES | EMBED_LINKS | ATTACH_FILES | READ_HISTORY | USE_COMMANDS | ADD_REACTIONS
EVERYONE |= CHANGE_NICKNAME | CREATE_INVITE | PUBLIC_THREADS | PRIVATE_THREADS | SEND_IN_THREADS | SEND_POLLS
INVITED_BOT = EVERYONE | MANAGE_CHANNELS | MANAGE_MESSAGES | MANAGE_ROLES | MENTION_EVERYONE
IN_DIRECT = EVERYONE | PIN_MESSAGES


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


def in_thread(guild: Guild, parent: Channel, thread: Channel, user_id: str) -> int:
    """The bits of `user_id` in a thread: the parent's, where writing is a permission of its own; a private one has members."""
    bits = in_channel(guild, parent, user_id)
    if thread.type == PRIVATE_THREAD and not bits & MANAGE_THREADS and user_id not in (thread.thread or {}).get("members", {}):
        return 0
    return bits | SEND_MESSAGES if bits & SEND_IN_THREADS else bits & ~SEND_MESSAGES


def position(guild: Guild, user_id: str) -> int:
    """How high somebody stands: his highest role; the owner above all."""
    if guild.owner_id == user_id:
        return 1 << 30
    member = guild.members.get(user_id)
    return max((guild.roles[key].position for key in (member.roles if member else []) if key in guild.roles), default=0)


def in_channel(guild: Guild | None, channel: Channel, user_id: str) -> int:
    """The bits of `user_id` in a channel that is no thread; 0 where he does not see it."""
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
