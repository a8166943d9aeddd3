"""What the core is still to be told of servers: the latest word on each, in the order in which it came."""

import asyncio

from astra.bot.core_link import CoreAway, CoreLink
from astra.protocol.messages import GuildEvent

MOST_SERVERS = 2_500
LONGEST_PAUSE_SECONDS = 30.0


class GuildNews:
    """One entry per server, so that it stays small however long the core is away."""

    def __init__(self) -> None:
        self._waiting: dict[str, GuildEvent] = {}
        self._there = asyncio.Event()

    def put(self, event: GuildEvent) -> None:
        """Takes what happened; an earlier word on the same server is not worth telling any more."""
        if event.kind == "changed" and event.guild_id in self._waiting:
            return  # whatever is told of a server has it looked at; that the bot came or left must not get lost
        self._waiting.pop(event.guild_id, None)
        if len(self._waiting) >= MOST_SERVERS:
            self._waiting.pop(next(iter(self._waiting)))
        self._waiting[event.guild_id] = event
        self._there.set()

    async def tell(self, core: CoreLink) -> None:
        """Tells, in order; what does not get through is told again. Runs until it is cancelled."""
        pause = 1.0
        while True:
            await self._there.wait()
            while self._waiting:
                guild_id, event = next(iter(self._waiting.items()))
                try:
                    await core.tell_guild(event)
                except CoreAway:
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
                    continue
                pause = 1.0
                if self._waiting.get(guild_id) is event:
                    del self._waiting[guild_id]
            self._there.clear()
