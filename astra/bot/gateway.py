"""Holds the gateway connection of one bot."""

import asyncio
import logging
import random
import time
from collections.abc import Callable

import aiohttp
import discord

from astra.bot.budget import Budget
from astra.bot.ending import Ending
from astra.bot.library import InteractionHandler, QuietClient, activity, fit_library, has_connected
from astra.bot.pulse import PulseMeter
from astra.protocol import endings
from astra.protocol.messages import DISCORD_AWAY, GuildEvent, SessionAnswer

# Discord's close codes after which a new connection with the same token is pointless.
TOKEN_CODES = frozenset({4004})
INTENT_CODES = frozenset({4013, 4014})
# A reconnect within this time is the gateway's everyday life and nobody's news.
LOST_AFTER_SECONDS = 15.0
LONGEST_PAUSE_SECONDS = 60.0
# Discord resets the token of a bot that identifies more than 1,000 times a day: a copy ends long before.
IDENTIFIES_ALLOWED = 400
CHANGES_SECONDS = 0.5
# A new login waits while Discord is to be asked nothing; looked at this often, for the core's word may end sooner.
QUIET_LOOK_SECONDS = 5.0

log = logging.getLogger("astra.bot.gateway")


class Gateway:
    """Connects, stays connected, and says how it is. ``changed`` is called when that changes."""

    def __init__(
        self,
        session: SessionAnswer,
        *,
        on_interaction: InteractionHandler,
        on_guild: Callable[[GuildEvent], None],
        changed: Callable[[], None],
        proxy_url: str = "",
        connector: aiohttp.BaseConnector | None = None,
        meter: PulseMeter | None = None,
        budget: Budget | None = None,
    ) -> None:
        self.identifies = 0
        self._connector = connector
        self._session = session
        self._proxy_url = proxy_url
        self._on_interaction = on_interaction
        self._on_guild = on_guild
        self._changed = changed
        self._meter = meter or PulseMeter()
        self._budget = budget or Budget(self._meter)
        self._shifted: set[int] = set()
        self._presence = self._shown = session.presence_text
        self._client: QuietClient | None = None
        self._was_online = False
        self._is_discord_away = False
        self._gone_since: float | None = time.monotonic()

    def state(self) -> str:
        """``connecting`` before the first connection; then ``online``, or ``lost`` when it is gone for longer than usual."""
        if self._client is not None:
            self._meter.latency(self._client.latency)
        if not self._was_online:
            return "connecting"
        if self._gone_since is None or time.monotonic() - self._gone_since < LOST_AFTER_SECONDS:
            return "online"
        return "lost"

    def trouble(self) -> str:
        """Why it is not there yet: ``DISCORD_AWAY`` before the first connection, or nothing."""
        return DISCORD_AWAY if self._is_discord_away and not self._was_online else ""

    async def hold(self) -> None:
        """Keeps a connection for as long as it runs. Raises Ending when Discord does not want this token, or its intents."""
        pause = 1.0
        while True:
            if (seconds := self._budget.quiet_seconds()) > 0:
                await asyncio.sleep(min(seconds, QUIET_LOOK_SECONDS))
                continue
            started = time.monotonic()
            client = self._client = self._make_client()
            try:
                await client.login(self._session.bot_token)
                await client.connect(reconnect=True)
                log.info("the gateway connection ended")
            except discord.LoginFailure:
                raise Ending(endings.TOKEN_INVALID, "token_invalid") from None
            except discord.PrivilegedIntentsRequired:
                raise Ending(endings.INTENTS_REFUSED, "intents_refused") from None
            except discord.ConnectionClosed as closed:
                if closed.code in TOKEN_CODES:
                    raise Ending(endings.TOKEN_INVALID, "token_invalid") from None
                if closed.code in INTENT_CODES:
                    raise Ending(endings.INTENTS_REFUSED, "intents_refused") from None
                log.warning("the gateway closed with %s", closed.code)
            except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError, TimeoutError) as error:
                self._away(type(error).__name__)
            except AttributeError:
                if has_connected(client):
                    raise
                self._away("no gateway")
            finally:
                self._gone()
                await client.close()
            pause = 1.0 if time.monotonic() - started > LONGEST_PAUSE_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  spreads reconnects, guards nothing

    async def show(self, presence: str) -> None:
        """Shows another presence text, now or as soon as there is a connection again (call it with every heartbeat)."""
        self._presence = presence
        if presence == self._shown or self._client is None:
            return
        self._client.activity = activity(presence)  # for the next sign-in of this client
        if self._gone_since is None:
            await self._client.change_presence(activity=activity(presence))
            self._shown = presence

    async def close(self) -> None:
        """Says goodbye."""
        if self._client is not None:
            await self._client.close()

    def _make_client(self) -> QuietClient:
        client = QuietClient(self._presence, self._connector, self._proxy_url, answered=self._budget.answered)
        client.may_identify = self._may_identify
        self._shown = self._presence
        fit_library(client, api_url=self._session.api_url, gateway_url=self._session.gateway_url, on_interaction=self._on_interaction)

        @client.event
        async def on_connect() -> None:
            self._back()

        @client.event
        async def on_ready() -> None:
            self._changed()
            for guild in client.guilds:
                self._on_guild(GuildEvent("present", str(guild.id), _name(guild)))

        @client.event
        async def on_resumed() -> None:
            self._back()

        @client.event
        async def on_disconnect() -> None:
            self._gone()

        self._follow_changes(client)

        @client.event
        async def on_guild_join(guild: discord.Guild) -> None:
            self._on_guild(GuildEvent("joined", str(guild.id), _name(guild)))

        @client.event
        async def on_guild_remove(guild: discord.Guild) -> None:
            self._on_guild(GuildEvent("left", str(guild.id), _name(guild)))

        return client

    def _may_identify(self) -> None:
        if self.identifies >= IDENTIFIES_ALLOWED:
            raise Ending(endings.IDENTIFY_BUDGET, "identify_budget")
        self.identifies += 1
        self._meter.signed_in()

    def _follow_changes(self, client: QuietClient) -> None:
        """Tells of whatever may take a permission away: channels, roles, and the bot's own place among the members."""

        def tell(guild: discord.Guild) -> None:
            self._shifted.discard(guild.id)
            self._on_guild(GuildEvent("changed", str(guild.id), _name(guild)))

        def changed(guild: discord.Guild) -> None:
            # Whoever drags one role moves dozens: the core is told once.
            if guild.id not in self._shifted:
                self._shifted.add(guild.id)
                asyncio.get_running_loop().call_later(CHANGES_SECONDS, tell, guild)

        @client.event
        async def on_guild_channel_update(_: discord.abc.GuildChannel, after: discord.abc.GuildChannel) -> None:
            changed(after.guild)

        @client.event
        async def on_guild_channel_delete(channel: discord.abc.GuildChannel) -> None:
            changed(channel.guild)

        @client.event
        async def on_guild_role_update(_: discord.Role, after: discord.Role) -> None:
            changed(after.guild)

        @client.event
        async def on_guild_role_delete(role: discord.Role) -> None:
            changed(role.guild)

        @client.event
        async def on_member_update(_: discord.Member, after: discord.Member) -> None:
            changed(after.guild)

    def _away(self, why: str) -> None:
        log.warning("Discord is away: %s", why)
        self._is_discord_away = True
        self._changed()

    def _back(self) -> None:
        self._was_online = True
        self._is_discord_away = False
        self._gone_since = None
        log.info("online")
        self._changed()

    def _gone(self) -> None:
        if self._gone_since is None:
            self._gone_since = time.monotonic()
            self._changed()


def _name(guild: discord.Guild) -> str:
    return (guild.name or "")[:100]
