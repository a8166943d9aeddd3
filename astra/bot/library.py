"""The few private names of discord.py that the relay touches, all in one function; the version is pinned for it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp
import discord
import discord.gateway
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from astra.bot.keep_alive import KeepAlive

PINNED = "2.7.1"

InteractionHandler = Callable[[dict[str, Any]], None]
# Hears the status and the headers of each of Discord's answers.
AnswerHandler = Callable[[int, Mapping[str, str]], object]


def fit_library(client: discord.Client, *, api_url: str, gateway_url: str, on_interaction: InteractionHandler) -> None:
    """Points discord.py at an address and takes interactions raw, before the library looks at them. Call before login."""
    Route.BASE = api_url
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    discord.gateway.KeepAliveHandler = KeepAlive  # type: ignore[assignment,misc]
    client._connection.parsers["INTERACTION_CREATE"] = on_interaction


class QuietClient(discord.Client):
    """A client that keeps nothing but the list of servers, which it needs to tell joins from returns."""

    def __init__(
        self, presence: str, connector: aiohttp.BaseConnector | None = None, proxy_url: str = "", answered: AnswerHandler = lambda *_: None
    ) -> None:
        self.may_identify: Callable[[], None] | None = None
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
            connector=connector,
            http_trace=_trace(answered),
        )

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Asks before every new session at the gateway (a resumption is none); the library's own five seconds stay."""
        if self.may_identify is not None:
            self.may_identify()
        await super().before_identify_hook(shard_id, initial=initial)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Says where it failed; the library would print to stderr by itself."""
        logging.getLogger("astra.bot.gateway").exception("in %s", event_method)


def _trace(answered: AnswerHandler) -> aiohttp.TraceConfig:
    """The library repeats a 429 by itself and says nothing of it: each answer is seen where it comes in."""

    async def ended(_session: aiohttp.ClientSession, _context: object, params: aiohttp.TraceRequestEndParams) -> None:
        answered(params.response.status, params.response.headers)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(ended)
    return trace


def has_connected(client: discord.Client) -> bool:
    """Whether a client ever had a gateway. One that had none and cannot get it ends with an AttributeError: the library then asks for the
    place in the stream to go on from (discord.py 2.7.1, Client.connect)."""
    return getattr(client, "ws", None) is not None


def activity(presence: str) -> discord.CustomActivity | None:
    """What people see below the bot's name."""
    return discord.CustomActivity(name=presence) if presence else None
