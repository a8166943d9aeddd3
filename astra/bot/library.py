"""The few private names of discord.py that the relay touches, all in one function; the version is pinned for it."""

import logging
from collections.abc import Callable
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

PINNED = "2.7.1"

InteractionHandler = Callable[[dict[str, Any]], None]


def fit_library(client: discord.Client, *, api_url: str, gateway_url: str, on_interaction: InteractionHandler) -> None:
    """Points discord.py at an address and takes interactions raw, before the library looks at them. Call before login."""
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    client._connection.parsers["INTERACTION_CREATE"] = on_interaction


class QuietClient(discord.Client):
    """A client that keeps nothing but the list of servers, which it needs to tell joins from returns."""

    def __init__(self, presence: str, proxy_url: str = "") -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # a shop does not speak
        super().__init__(
            intents=discord.Intents(guilds=True),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            activity=activity(presence),
            allowed_mentions=discord.AllowedMentions.none(),
            enable_debug_events=False,
            proxy=proxy_url or None,
        )

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Says where it failed; the library would print to stderr by itself."""
        logging.getLogger("astra.bot.gateway").exception("in %s", event_method)


def activity(presence: str) -> discord.CustomActivity | None:
    """What people see below the bot's name."""
    return discord.CustomActivity(name=presence) if presence else None
