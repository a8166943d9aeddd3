"""Rate limits: fifty requests a second for a bot as a whole, and the same for each of its routes."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from dataclasses import dataclass

PER_SECOND = 50
WINDOW_SECONDS = 1.0
MAJOR = re.compile(r"/(?:channels|guilds)/\d+|/(?:webhooks|interactions)/\d+/[^/]+")
NUMBER = re.compile(r"/\d{5,}")


@dataclass(frozen=True)
class Standing:
    """How a bot stands in a bucket after a request."""

    bucket: str
    remaining: int
    reset_after_seconds: float
    refused: bool = False
    whole_bot: bool = False


class Limits:
    """Sliding windows of one second by bucket."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = {}

    def take(self, *, who: str, method: str, path: str, counts_for_bot: bool) -> Standing:
        """Counts one request, or refuses it. Clicks' callbacks and webhooks do not count for the bot as a whole."""
        now = time.monotonic()
        bucket = bucket_of(method, path)
        major = MAJOR.search(path)
        window = self._window(f"{who} {bucket} {major.group(0) if major else ''}", now)
        whole = self._window(who, now)
        if counts_for_bot and len(whole) >= PER_SECOND:
            return Standing(bucket, 0, whole[0] + WINDOW_SECONDS - now, refused=True, whole_bot=True)
        if len(window) >= PER_SECOND:
            return Standing(bucket, 0, window[0] + WINDOW_SECONDS - now, refused=True)
        window.append(now)
        if counts_for_bot:
            whole.append(now)
        return Standing(bucket, PER_SECOND - len(window), window[0] + WINDOW_SECONDS - now)

    def _window(self, key: str, now: float) -> deque[float]:
        if len(self._seen) > 10_000:
            self._seen = {k: w for k, w in self._seen.items() if w and w[-1] > now - WINDOW_SECONDS}
        window = self._seen.setdefault(key, deque())
        while window and window[0] <= now - WINDOW_SECONDS:
            window.popleft()
        return window


def bucket_of(method: str, path: str) -> str:
    """The name of a route's bucket: the same for all ids in its path."""
    shape = NUMBER.sub("/:id", re.sub(r"(/(?:webhooks|interactions)/\d+)/[^/]+", r"\1/:token", path))
    return hashlib.sha256(f"{method} {shape}".encode()).hexdigest()[:32]


def headers(standing: Standing) -> dict[str, str]:
    """The answer's headers."""
    shown = {
        "X-RateLimit-Limit": str(PER_SECOND),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset": f"{time.time() + standing.reset_after_seconds:.3f}",
        "X-RateLimit-Reset-After": f"{standing.reset_after_seconds:.3f}",
        "X-RateLimit-Bucket": standing.bucket,
    }
    if standing.refused:
        shown["X-RateLimit-Scope"] = "global" if standing.whole_bot else "user"
        if standing.whole_bot:
            shown["X-RateLimit-Global"] = "true"
    return shown
