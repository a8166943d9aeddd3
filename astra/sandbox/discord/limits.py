"""Rate limits: fifty requests a second for a bot as a whole, and narrower ones for routes, as far as they are known."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from .observed import NAME_OR_TOPIC, ROUTES
from .refusal import Json, bad_field

PER_SECOND = 50
WINDOW_SECONDS = 1.0
MOST_INVALID, INVALID_SECONDS = 10_000, 600
INVALID = (401, 403, 429)
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
    limit: int = PER_SECOND
    shared: bool = False  # of the resource and not of this bot: such a 429 is no offence

    @property
    def scope(self) -> str:
        """As X-RateLimit-Scope says it."""
        return "global" if self.whole_bot else "shared" if self.shared else "user"


class TooSoon(Exception):
    """A handler found that the request comes too soon; `standing` says how long to wait."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.bucket)
        self.standing = standing


@dataclass(frozen=True)
class Rule:
    """A narrower limit of routes: `limit` requests in `seconds`."""

    match: str
    method: str
    path: re.Pattern[str]
    limit: int
    seconds: float


OBSERVED = [Rule(f"{method} {path}", method, re.compile(path), limit, seconds) for method, path, limit, seconds in ROUTES]


class Limits:
    """Sliding windows by bucket; of one second, where no rule says else.

    `quick`: without the limits that Discord's routes are known to have, for tests that shall not wait.
    """

    def __init__(self, *, quick: bool = False) -> None:
        self._seen: dict[str, deque[float]] = {}
        self._rules: list[Rule] = []
        self.quick = quick

    def public(self) -> Json:
        """The rules in force: one's own, and Discord's after them."""
        own, known = self._rules, [] if self.quick else OBSERVED
        shown = [[{"match": rule.match, "limit": rule.limit, "seconds": rule.seconds} for rule in rules] for rules in (own, known)]
        return {"rules": shown[0], "discord": shown[1], "quick": self.quick}

    def set(self, rules: Any, *, quick: Any = None) -> None:
        """Puts `rules` in place of one's own before; they go before Discord's. Raises Refusal 50035."""
        if quick is not None and not isinstance(quick, bool):
            raise bad_field("quick", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        made = []
        for index, wanted in enumerate(rules if isinstance(rules, list) else []):
            try:
                method, _, path = str(wanted["match"]).partition(" ")
                rule = Rule(str(wanted["match"]), method.upper(), re.compile(path), int(wanted["limit"]), float(wanted["seconds"]))
                if rule.limit < 1 or rule.seconds <= 0:
                    raise ValueError("limit is at least 1, seconds more than 0")
            except (KeyError, TypeError, ValueError, re.error) as problem:
                raise bad_field(f"rules.{index}", "RULE_INVALID", f"This rule cannot be used: {problem!r}.") from None
            made.append(rule)
        self._rules = made
        self.quick = self.quick if quick is None else quick
        self._seen.clear()

    def rename(self, channel_id: str) -> None:
        """Counts a change of a channel's name or topic. Raises TooSoon."""
        most, seconds = NAME_OR_TOPIC
        if self.quick:
            return
        now = time.monotonic()
        window = self._window(f"name or topic of {channel_id}", now, seconds)
        if len(window) >= most:
            bucket = bucket_of("PATCH", f"/channels/{channel_id}")
            raise TooSoon(Standing(bucket, 0, window[0] + seconds - now, refused=True, limit=most, shared=True))
        window.append(now)

    def take(self, *, who: str, method: str, path: str, counts_for_bot: bool) -> Standing:
        """Counts one request, or refuses it. Clicks' callbacks and webhooks do not count for the bot as a whole."""
        now = time.monotonic()
        bucket = bucket_of(method, path)
        major = MAJOR.search(path)
        rules = self._rules if self.quick else self._rules + OBSERVED
        rule = next((rule for rule in rules if rule.method in ("*", method) and rule.path.search(path)), None)
        most, seconds = (PER_SECOND, WINDOW_SECONDS) if rule is None else (rule.limit, rule.seconds)
        window = self._window(f"{who} {bucket} {major.group(0) if major else ''}", now, seconds)
        whole = self._window(who, now, WINDOW_SECONDS)
        if counts_for_bot and len(whole) >= PER_SECOND:
            return Standing(bucket, 0, whole[0] + WINDOW_SECONDS - now, refused=True, whole_bot=True)
        if len(window) >= most:
            return Standing(bucket, 0, window[0] + seconds - now, refused=True, limit=most)
        window.append(now)
        if counts_for_bot:
            whole.append(now)
        return Standing(bucket, most - len(window), window[0] + seconds - now, limit=most)

    def _window(self, key: str, now: float, seconds: float) -> deque[float]:
        if len(self._seen) > 10_000:
            longest = max([WINDOW_SECONDS, NAME_OR_TOPIC[1], *(rule.seconds for rule in self._rules)])
            self._seen = {k: w for k, w in self._seen.items() if w and w[-1] > now - longest}
        window = self._seen.setdefault(key, deque())
        while window and window[0] <= now - seconds:
            window.popleft()
        return window


class Strangers:
    """Counts answers of 401, 403 and 429 by address; too many in ten minutes, and the address gets no answer but 429.

    That hits every bot behind the address, whoever made the mistakes. Time is this Discord's, so that a test need not wait.
    """

    def __init__(self) -> None:
        self.most = MOST_INVALID
        self._seen: dict[str, deque[float]] = {}

    def note(self, address: str, status: int, now: float) -> None:
        """Counts one answer, if it is of the bad ones."""
        if status in INVALID:
            seen = self._seen.setdefault(address, deque(maxlen=MOST_INVALID))
            seen.append(now)

    def count(self, address: str, now: float) -> int:
        """How many there are in the last ten minutes."""
        seen = self._seen.get(address)
        if seen is None:
            return 0
        while seen and seen[0] <= now - INVALID_SECONDS:
            seen.popleft()
        return len(seen)

    def banned_seconds(self, address: str, now: float) -> float:
        """How long the address has to wait; 0 for one that may ask."""
        count = self.count(address, now)
        return self._seen[address][count - self.most] + INVALID_SECONDS - now if count >= self.most else 0.0

    def forget(self) -> None:
        """Lifts all bans."""
        self._seen.clear()

    def public(self, now: float) -> Json:
        """The limit, and how each address stands."""
        return {"limit": self.most, "seconds": INVALID_SECONDS, "addresses": {key: self.count(key, now) for key in self._seen}}


def bucket_of(method: str, path: str) -> str:
    """The name of a route's bucket: the same for all ids in its path."""
    shape = NUMBER.sub("/:id", re.sub(r"(/(?:webhooks|interactions)/\d+)/[^/]+", r"\1/:token", path))
    return hashlib.sha256(f"{method} {shape}".encode()).hexdigest()[:32]


def headers(standing: Standing) -> dict[str, str]:
    """The answer's headers."""
    shown = {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset": f"{time.time() + standing.reset_after_seconds:.3f}",
        "X-RateLimit-Reset-After": f"{standing.reset_after_seconds:.3f}",
        "X-RateLimit-Bucket": standing.bucket,
    }
    if standing.refused:
        shown["X-RateLimit-Scope"] = standing.scope
        if standing.whole_bot:
            shown["X-RateLimit-Global"] = "true"
    return shown
