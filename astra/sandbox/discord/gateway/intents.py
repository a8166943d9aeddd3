"""Which events a bot hears, by the intents that it named."""

from __future__ import annotations

GUILDS = 1 << 0
GUILD_MEMBERS = 1 << 1
GUILD_PRESENCES = 1 << 8
GUILD_MESSAGES = 1 << 9
DIRECT_MESSAGES = 1 << 12
MESSAGE_CONTENT = 1 << 15

PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
KNOWN = sum(1 << bit for bit in (*range(17), 20, 21, 24, 25))

# Beginning of an event's name → intent in a guild, intent in direct messages. The first that fits counts.
BY_EVENT = (
    ("GUILD_MEMBER_", GUILD_MEMBERS, 0),
    ("THREAD_MEMBERS_UPDATE", GUILDS, 0),
    ("GUILD_BAN_", 1 << 2, 0),
    ("GUILD_AUDIT_LOG_", 1 << 2, 0),
    ("GUILD_EMOJIS_", 1 << 3, 0),
    ("GUILD_STICKERS_", 1 << 3, 0),
    ("GUILD_INTEGRATIONS_", 1 << 4, 0),
    ("INTEGRATION_", 1 << 4, 0),
    ("WEBHOOKS_", 1 << 5, 0),
    ("INVITE_", 1 << 6, 0),
    ("VOICE_STATE_", 1 << 7, 0),
    ("PRESENCE_", GUILD_PRESENCES, 0),
    ("GUILD_SCHEDULED_EVENT_", 1 << 16, 0),
    ("CHANNEL_PINS_", GUILDS, DIRECT_MESSAGES),
    ("THREAD_", GUILDS, 0),
    ("STAGE_", GUILDS, 0),
    ("GUILD_", GUILDS, 0),
    ("CHANNEL_", GUILDS, 0),
    ("MESSAGE_REACTION_", 1 << 10, 1 << 13),
    ("MESSAGE_POLL_", 1 << 24, 1 << 25),
    ("MESSAGE_", GUILD_MESSAGES, DIRECT_MESSAGES),
    ("TYPING_", 1 << 11, 1 << 14),
    ("AUTO_MODERATION_RULE_", 1 << 20, 0),
    ("AUTO_MODERATION_ACTION_", 1 << 21, 0),
)


def needed(event: str, *, direct: bool) -> int:
    """The intent without which `event` is not sent; 0 for those that everybody hears."""
    for beginning, in_guild, in_direct in BY_EVENT:
        if event.startswith(beginning):
            return in_direct if direct else in_guild
    return 0
