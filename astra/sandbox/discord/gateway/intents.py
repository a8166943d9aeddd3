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


def needed(event: str, *, direct: bool) -> int:
    """The intent without which `event` is not sent; 0 for those that everybody hears."""
    if event.startswith(("GUILD_MEMBER_",)):
        return GUILD_MEMBERS
    if event.startswith(("GUILD_", "CHANNEL_")):
        return 0 if direct else GUILDS
    if event.startswith("MESSAGE_"):
        return DIRECT_MESSAGES if direct else GUILD_MESSAGES
    return 0
