"""Sends webhooks signed per Standard Webhooks until somebody answers 2xx, and spoils them on demand."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from standardwebhooks import Webhook

from .clock import Clock, real_now, to_text
from .ids import new_id
from .message import DELIVERED, GIVEN_UP, LOST, NO_ADDRESS, WAITING, Attempt, Message
from .refusal import Refusal
from .state import State

RETRY_SECONDS = (1, 2, 5, 15, 60, 60, 120, 300, 600)  # after the first try: ten in all
TIMEOUT_SECONDS = 10
REORDER_WINDOW_SECONDS = 0.5


class Courier:
    """Carries every message in a task of its own; the knobs of `state` say how badly."""

    def __init__(
        self,
        state: State,
        clock: Clock,
        secret: str,
        changed: Callable[[], None],
        retry_seconds: Sequence[float] = RETRY_SECONDS,
    ) -> None:
        self._state = state
        self._clock = clock
        self._signer = Webhook(secret)
        self._changed = changed
        self._retry_seconds = retry_seconds
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[Message] = []
        self.reseed()

    async def start(self) -> None:
        """Opens the way out and takes up what an earlier run left waiting."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        for message in list(self._state.messages.values()):
            if message.state == WAITING:
                self._spawn(message)

    async def stop(self) -> None:
        """Stops all tries; what waits is still waiting at the next start."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def reseed(self) -> None:
        """Begins the chances anew from the knob `seed`."""
        self._chance = random.Random(self._state.knobs.seed)  # noqa: S311 - a repeatable chance is wanted

    def announce(self, kind: str, data: dict[str, Any]) -> None:
        """Sends the event `kind` about the object `data` (with its id), as often and as badly as the knobs say."""
        knobs, now = self._state.knobs, real_now()
        body = json.dumps(
            {"type": kind, "timestamp": to_text(self._clock.now()), "data": data},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        # One throw per event, drawn even at loss 0, so that a seed gives the same run whatever else is turned.
        lost = self._chance.random() < knobs.loss
        webhook_id = new_id("msg")
        for copy in range(1 + knobs.duplicates):
            state = LOST if lost else WAITING if self._state.webhook_url else NO_ADDRESS
            message = Message(new_id("wh"), webhook_id, copy, kind, data["id"], body, state, now)
            self._state.messages[message.id] = message
            if state == WAITING:
                message.next_attempt_at = now + timedelta(seconds=knobs.delay_seconds)
                if knobs.reorder:
                    self._hold(message, knobs.delay_seconds + REORDER_WINDOW_SECONDS)
                else:
                    self._spawn(message)
        self._state.forget_oldest()
        self._changed()

    def about(self, object_id: str) -> list[Message]:
        """The messages about one object, oldest first."""
        return [message for message in self._state.messages.values() if message.object_id == object_id]

    def resend(self, message_id: str) -> Message:
        """Sends a message of the log once more, with all its tries. Raises Refusal 404, 409 without an address."""
        message = self._state.messages.get(message_id)
        if message is None:
            raise Refusal(404, "unknown_webhook", f"There is no webhook {message_id!r} in the log.")
        if not self._state.webhook_url:
            raise Refusal(409, "no_address", "No address is set; the webhook stays in the log.")
        if message.state != WAITING:
            message.state, message.next_attempt_at, message.attempts = WAITING, real_now(), []
            self._spawn(message)
            self._changed()
        return message

    def _hold(self, message: Message, seconds: float) -> None:
        self._held.append(message)
        if len(self._held) == 1:
            self._keep(asyncio.create_task(self._release(seconds)))

    async def _release(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        held, self._held = self._held[::-1], []
        for message in held:
            await self._attempt(message)
            if message.state == WAITING:
                self._spawn(message)

    def _spawn(self, message: Message) -> None:
        self._keep(asyncio.create_task(self._carry(message)))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carry(self, message: Message) -> None:
        while message.state == WAITING:
            wait = (message.next_attempt_at or real_now()) - real_now()
            await asyncio.sleep(max(0.0, wait.total_seconds()))
            await self._attempt(message)

    async def _attempt(self, message: Message) -> None:
        if self._session is None:
            raise RuntimeError("the courier was not started")
        at, began = real_now(), time.monotonic()
        status, error = None, None
        try:
            async with self._session.post(
                self._state.webhook_url,
                data=message.body.encode(),
                headers=self.headers(message, at),
                allow_redirects=False,
            ) as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as problem:
            error = f"{type(problem).__name__}: {problem}"
        message.attempts.append(Attempt(at, round((time.monotonic() - began) * 1000), status, error))
        tries = len(message.attempts)
        if status is not None and 200 <= status < 300:
            message.state, message.next_attempt_at = DELIVERED, None
        elif tries > len(self._retry_seconds):
            message.state, message.next_attempt_at = GIVEN_UP, None
        else:
            message.next_attempt_at = real_now() + timedelta(seconds=self._retry_seconds[tries - 1])
        self._changed()

    def headers(self, message: Message, at: datetime) -> dict[str, str]:
        """Headers of one try. The signed time is real time: receivers refuse messages that are old by their clock."""
        return {
            "content-type": "application/json",
            "user-agent": "BancoDeAreia/1.0",
            "webhook-id": message.webhook_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._signer.sign(message.webhook_id, at, message.body),
        }
