"""How requests fill a bucket and leave it again.

Since 2022 most of Discord's leak: a place comes free after the other, the headers tell when
all are free, and `retry_after` when the next one is. Some routes still begin a window with its first request and end it as a whole
(discord/discord-api-docs issue 7680)."""

from __future__ import annotations

import math

ALMOST = 1e-9  # sums of seconds are not exact


class Leaky:
    """`limit` places; each is free again `seconds / limit` after the one before it."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._place = seconds / limit
        self.ends = 0.0  # when all places are free

    def wait(self, now: float) -> float:
        """Seconds until a request fits; 0 where one does."""
        over = max(self.ends - now, 0.0) + self._place - self._seconds
        return over if over > ALMOST else 0.0

    def take(self, now: float) -> None:
        """Fills a place."""
        self.ends = max(self.ends, now) + self._place

    def left(self, now: float) -> int:
        """Free places."""
        return self.limit - math.ceil(max(self.ends - now, 0.0) / self._place - ALMOST)

    def reset_after(self, now: float) -> float:
        """Seconds until all places are free."""
        return max(self.ends - now, 0.0)


class Window:
    """`limit` places in a stretch that begins with its first request; at its end all of them are free."""

    def __init__(self, limit: int, seconds: float) -> None:
        self.limit = limit
        self._seconds = seconds
        self._used = 0
        self.ends = 0.0

    def wait(self, now: float) -> float:
        """Seconds until a request fits; 0 where one does."""
        return self.ends - now if self.ends > now and self._used >= self.limit else 0.0

    def take(self, now: float) -> None:
        """Fills a place."""
        if self.ends <= now:
            self.ends, self._used = now + self._seconds, 0
        self._used += 1

    def left(self, now: float) -> int:
        """Free places."""
        return self.limit - (self._used if self.ends > now else 0)

    def reset_after(self, now: float) -> float:
        """Seconds until the stretch ends."""
        return max(self.ends - now, 0.0)
