"""The life of one copy: session, gateway, heart and relay, until something ends it."""

import asyncio
import logging
import os
from collections.abc import Coroutine
from typing import Any

from astra.bot.budget import Budget
from astra.bot.core_link import CoreLink
from astra.bot.ending import Ending
from astra.bot.gateway import Gateway
from astra.bot.guild_news import GuildNews
from astra.bot.heart import BEAT_SECONDS, Heart
from astra.bot.lines import Lines
from astra.bot.log import HidingFormatter
from astra.bot.pulse import PulseMeter
from astra.bot.relay import Relay
from astra.protocol import endings
from astra.protocol.messages import SessionAnswer
from astra.protocol.parse import BadMessage

log = logging.getLogger("astra.bot")


class Life:
    """One copy, alone in its process or beside others of a pool. What happens in it never leaves it: ``run`` always returns."""

    def __init__(
        self,
        core_url: str,
        lines: Lines,
        hiding: HidingFormatter,
        *,
        beat_seconds: float = BEAT_SECONDS,
        meter: PulseMeter | None = None,
    ) -> None:
        self._lines = lines
        self._hiding = hiding
        self._core = CoreLink(core_url, lines.core)
        self._meter = meter or PulseMeter()
        self._budget = Budget(self._meter)
        self._heart = Heart(self._core, beat_seconds=beat_seconds, meter=self._meter, budget=self._budget)
        self._over: asyncio.Future[Ending] = asyncio.get_running_loop().create_future()

    def end(self, ending: Ending) -> None:
        """Ends it; of several endings the first counts."""
        if not self._over.done():
            self._over.set_result(ending)

    async def run(self, ticket: str) -> Ending:
        """Lives; returns how it ended. Only a cancellation comes out as an exception."""
        secrets = [ticket]
        self._hiding.hide(ticket)
        try:
            last = await self._from_ticket(ticket, secrets)
        except BadMessage as error:
            log.error("the core speaks another protocol: %s", error)
            last = Ending(endings.CRASHED, "process_ended")
        except Exception:
            log.exception("it failed")
            last = Ending(endings.CRASHED, "process_ended")
        finally:
            self._hiding.forget(*secrets)
        log.info("ends: %s", last.reason)
        return last

    async def _from_ticket(self, ticket: str, secrets: list[str]) -> Ending:
        opening = asyncio.create_task(self._core.open(ticket))
        waits: set[asyncio.Future[Any]] = {opening, self._over}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            if self._over.done():
                return self._over.result()
            session = opening.result()
        except Ending as refused:
            return refused
        finally:
            opening.cancel()
            await asyncio.gather(opening, return_exceptions=True)
        secrets.append(session.bot_token)
        self._hiding.hide(session.bot_token)
        log.info("session of generation %s, pid %s", session.generation, os.getpid())
        last = await self._serve(session)
        if last.exit_code in (endings.TOKEN_INVALID, endings.INTENTS_REFUSED, endings.IDENTIFY_BUDGET):
            await self._heart.say_goodbye(last)
        return last

    async def _serve(self, session: SessionAnswer) -> Ending:
        """Works until something ends it."""
        news = GuildNews()
        async with Relay(self._core, session.api_url, self._lines.discord, ended=self.end, meter=self._meter, budget=self._budget) as relay:
            gateway = Gateway(
                session,
                on_interaction=relay.take,
                on_guild=news.put,
                changed=self._heart.wake,
                meter=self._meter,
                budget=self._budget,
                connector=self._lines.library,
                proxy_url=self._lines.proxy_url,
            )
            parts = (gateway.hold(), self._heart.beat(gateway), news.tell(self._core))
            tasks = [asyncio.create_task(self._part(part)) for part in parts]
            try:
                return await self._over
            finally:
                await _cancel(tasks)
                await gateway.close()

    async def _part(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Ending as ending:
            self.end(ending)
        except Exception:
            log.exception("a part of the bot failed")
            self.end(Ending(endings.CRASHED, "process_ended"))


async def _cancel(tasks: list["asyncio.Task[None]"]) -> None:
    """Cancels until they are gone: a library may swallow a cancellation that comes at the wrong moment."""
    while waiting := {task for task in tasks if not task.done()}:
        for task in waiting:
            task.cancel()
        await asyncio.wait(waiting, timeout=1.0)
