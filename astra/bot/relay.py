"""Brings an interaction to the core and the core's reply back, byte for byte; speaks for itself only when the core does not."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp

from astra.bot.budget import Budget
from astra.bot.core_link import CoreAway, CoreLink, Reply
from astra.bot.ending import Ending
from astra.bot.maintenance import maintenance_reply
from astra.bot.pulse import PulseMeter
from astra.protocol.parse import BadMessage

# Discord waits three seconds for the first answer; the rest is for the way back.
CORE_SECONDS = 2.0
CALLBACK_SECONDS = 3.0
FINISH_SECONDS = 3.0
CLOSURE_TRIES = 8
# A shop is never pressed faster than this; beyond it the bot answers by itself, so that a flood stays its own shop's.
PRESSES_A_SECOND = 20.0
PRESSES_AT_ONCE = 60
# And beyond this nothing is answered at all: what one copy holds in memory is bounded.
MOST_IN_FLIGHT = 200
OK, NO_CONTENT = 200, 204
# Why a press was not answered: Discord refused too much to this copy, or to all of them.
NO_BUDGET = "invalid_request_budget"

log = logging.getLogger("astra.bot.relay")


class Relay:
    """One task per interaction. ``ended`` is called with the Ending when the core says that this copy is over.

    While ``budget`` is used up no reply is posted. A press that comes then is not brought to the core either: what nobody can be shown
    should not happen, and the press's token, which Discord honours only after a reply, must not take the place of one that works. Discord
    tells its person that it failed. One that was at the core already is told as closed, so that the order's message is drawn another way.
    """

    def __init__(
        self,
        core: CoreLink,
        api_url: str,
        http: aiohttp.ClientSession,
        *,
        ended: Callable[[Ending], None],
        meter: PulseMeter | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._core = core
        self._api_url = api_url
        self._http = http
        self._ended = ended
        self._meter = meter or PulseMeter()
        self._budget = budget or Budget(self._meter)
        self._tasks: set[asyncio.Task[None]] = set()
        self._room, self._counted_at = float(PRESSES_AT_ONCE), time.monotonic()
        self._was_quiet = False
        self.dropped = 0
        self.unanswered = 0

    async def __aenter__(self) -> "Relay":
        return self

    async def __aexit__(self, *_: object) -> None:
        # Whoever pressed a moment ago still gets his answer; the gateway brings no more.
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=FINISH_SECONDS)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def take(self, payload: dict[str, Any]) -> None:
        """Called by the gateway with the raw payload; returns at once."""
        if self._is_quiet():
            self.unanswered += 1
            return
        if len(self._tasks) >= MOST_IN_FLIGHT:
            self.dropped += 1
            if self.dropped % MOST_IN_FLIGHT == 1:
                log.warning("flooded: %s interactions were not answered", self.dropped)
            return
        task = asyncio.get_running_loop().create_task(self._bring(payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _is_quiet(self) -> bool:
        """Whether nothing may be posted now; says once that it begins, and once what it cost."""
        is_quiet = self._budget.quiet_seconds() > 0
        if is_quiet and not self._was_quiet:
            self.unanswered = 0
            log.warning("Discord refused too much: quiet for %.0f s, presses get no answer", self._budget.quiet_seconds())
        elif self._was_quiet and not is_quiet:
            log.warning("it speaks again; %s presses got no answer", self.unanswered)
        self._was_quiet = is_quiet
        return is_quiet

    def _is_flooded(self) -> bool:
        now = time.monotonic()
        self._room = min(self._room + (now - self._counted_at) * PRESSES_A_SECOND, PRESSES_AT_ONCE)
        self._counted_at = now
        if self._room < 1:
            return True
        self._room -= 1
        return False

    async def _bring(self, payload: dict[str, Any]) -> None:
        started = time.monotonic()
        try:
            if self._is_flooded():
                await self._answer(payload, json.dumps(maintenance_reply(payload), ensure_ascii=False).encode())
                return
            is_over = False
            try:
                reply, why = await self._ask(payload, started)
            except Ending as ending:
                # This copy ends, and the next one never hears of this press: its person is told to press again.
                self._ended(ending)
                reply, why, is_over = None, ending.reason, True
            interaction_id = str(payload["id"])
            if reply is None:
                log.warning("interaction %s: %s after %.2f s", interaction_id, why, time.monotonic() - started)
                body = json.dumps(maintenance_reply(payload), ensure_ascii=False).encode()
            elif reply.status == NO_CONTENT:
                return
            else:
                body = reply.body
            failed = await self._answer(payload, body)
            if not failed:
                self._meter.answered(time.monotonic() - started)
            why = why or failed
            if why and not is_over:
                await self._tell_closed(interaction_id, why)
        except Ending as ending:
            self._ended(ending)
        except Exception as error:  # one click's trouble is not the next one's
            log.error("an interaction failed: %s", type(error).__name__)

    async def _ask(self, payload: dict[str, Any], started: float) -> tuple[Reply | None, str]:
        """The core's reply, or None and why there is none. A core that was not reached is asked again while there is time."""
        while True:
            left = CORE_SECONDS - (time.monotonic() - started)
            if left <= 0:
                return None, "no_answer"
            try:
                reply = await self._core.relay(payload, left)
            except CoreAway as away:
                if away.was_sent:
                    return None, "no_answer"
                await asyncio.sleep(min(0.2, max(left, 0)))
                continue
            except BadMessage:
                return None, "core_error"
            if reply.status in (OK, NO_CONTENT):
                return reply, ""
            return None, "core_error"

    async def _answer(self, payload: dict[str, Any], body: bytes) -> str:
        """Posts a reply to the interaction's callback; why it did not get through, or "". Its address holds a token: it is never logged."""
        if self._is_quiet():
            self.unanswered += 1
            return NO_BUDGET
        url = f"{self._api_url}/interactions/{payload['id']}/{payload['token']}/callback"
        try:
            async with self._http.post(
                url,
                data=body,
                headers={"Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=CALLBACK_SECONDS),
                allow_redirects=False,
            ) as answer:
                if answer.status < 300:
                    return ""
                self._budget.answered(answer.status, answer.headers)
                log.warning("interaction %s: Discord refused the reply with %s %s", payload["id"], answer.status, await _code(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            log.warning("interaction %s: the reply did not get through: %s", payload["id"], type(error).__name__)
        return "callback_failed"

    async def _tell_closed(self, interaction_id: str, why: str) -> None:
        pause = 0.5
        for _ in range(CLOSURE_TRIES):
            try:
                await self._core.tell_closed(interaction_id, why)
            except CoreAway:
                await asyncio.sleep(pause)
                pause *= 2
            else:
                return


async def _code(answer: aiohttp.ClientResponse) -> int:
    """Discord's own error code; 0 when it gave none."""
    try:
        found = json.loads(await answer.read())
        return int(found.get("code", 0))
    except (ValueError, AttributeError, TypeError):
        return 0
