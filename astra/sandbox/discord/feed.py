"""What people see happen, one after the other, for long polls."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from .refusal import Json

KEPT = 5000


class Feed:
    """Events numbered from 1, each with the people who may see it."""

    def __init__(self) -> None:
        self.last = 0
        self._events: deque[tuple[int, frozenset[str], Json]] = deque(maxlen=KEPT)
        self._stirred = asyncio.Event()
        self.closed = False

    def add(self, audience: Iterable[str], event: Json) -> None:
        """Tells `audience`."""
        self.last += 1
        self._events.append((self.last, frozenset(audience), {"n": self.last, **event}))
        self._stir()

    def close(self) -> None:
        """Ends all waiting."""
        self.closed = True
        self._stir()

    async def after(self, user_id: str, number: int, wait_seconds: float) -> list[Json]:
        """What `user_id` may see after event `number`; waits up to `wait_seconds` for a first one.

        A number of the future (the server was started anew) counts as 0.
        """
        until = asyncio.get_running_loop().time() + wait_seconds
        while True:
            since = 0 if number > self.last else number
            found = self._seen_by(user_id, since)
            left = until - asyncio.get_running_loop().time()
            if found or left <= 0 or self.closed:
                return found
            try:
                async with asyncio.timeout(left):
                    await self._stirred.wait()
            except TimeoutError:
                return []

    def _seen_by(self, user_id: str, since: int) -> list[Json]:
        found = []
        for number, audience, event in reversed(self._events):
            if number <= since:
                break
            if user_id in audience:
                found.append(event)
        return found[::-1]

    def _stir(self) -> None:
        # Everybody who waits holds this one; the next waiter gets a fresh one.
        self._stirred.set()
        self._stirred = asyncio.Event()
