"""The bot's heartbeat: says how it is, hears what is wanted, keeps the session."""

import asyncio
import contextlib
import logging
import random

from astra.bot.budget import Budget
from astra.bot.core_link import CoreAway, CoreLink
from astra.bot.ending import Ending
from astra.bot.gateway import Gateway
from astra.bot.pulse import PulseMeter
from astra.protocol import endings
from astra.protocol.messages import QUIET
from astra.protocol.parse import BadMessage

BEAT_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 15.0
RENEW_BEFORE_SECONDS = 300.0

log = logging.getLogger("astra.bot.heart")


class Heart:
    """Beats every ten seconds, and at once when something changes. A core that is away is waited for; the gateway stays."""

    def __init__(
        self, core: CoreLink, *, beat_seconds: float = BEAT_SECONDS, meter: PulseMeter | None = None, budget: Budget | None = None
    ) -> None:
        self._core = core
        self._beat_seconds = beat_seconds
        self._meter = meter or PulseMeter()
        self._budget = budget or Budget(self._meter)
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something changed: beat now."""
        self._wake.set()

    async def beat(self, gateway: Gateway) -> None:
        """Beats until the core wants this copy to end; then raises Ending."""
        away = 0
        while True:
            self._wake.clear()
            pulse = self._meter.take()
            try:
                reason = QUIET if self._budget.quiet_seconds() > 0 else gateway.trouble()
                wanted = await self._core.heartbeat(gateway.state(), reason, pulse)
                self._budget.heard(wanted)
                if wanted.wanted_state == "stopped":
                    raise Ending(endings.TOLD_TO_STOP, "told_to_stop")
                if self._core.seconds_left() < RENEW_BEFORE_SECONDS:
                    await self._core.renew()
                if away:
                    log.info("the core is back")
                away = 0
                with contextlib.suppress(ConnectionError, RuntimeError):  # the gateway may go in this very moment
                    await gateway.show(wanted.presence_text)
            except (CoreAway, BadMessage) as error:
                away += 1
                self._meter.put_back(pulse)
                log.warning("the core is away: %s", error)
            pause = min(self._beat_seconds * 1.25**away, max(LONGEST_PAUSE_SECONDS, self._beat_seconds))
            with contextlib.suppress(TimeoutError):
                # Not wait_for: in Python 3.11 it forgets a cancellation that comes together with what it waits for.
                async with asyncio.timeout(pause * random.uniform(0.9, 1.0)):  # noqa: S311  spreads beats, guards nothing
                    await self._wake.wait()

    async def say_goodbye(self, ending: Ending) -> None:
        """Tells the core why this copy ends; tries for a moment, for the exit code tells it too."""
        pulse = self._meter.take()
        for pause in (0.2, 0.5, 1.0):
            try:
                await self._core.heartbeat("ending", ending.reason, pulse)
            except CoreAway:
                await asyncio.sleep(pause)
            except (Ending, BadMessage):
                return
            else:
                return
