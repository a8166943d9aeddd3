"""Rate limits: fifty requests a second for a bot as a whole, and narrower ones for routes, as far as they are known."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from .buckets import Leaky, Window
from .observed import FIXED, NAME_OR_TOPIC, ROUTES, UNLIMITED
from .refusal import Json, bad_field

PER_SECOND = 50
WINDOW_SECONDS = 1.0
MOST_INVALID, INVALID_SECONDS = 10_000, 600
INVALID = (401, 403, 429)
MAJOR = re.compile(r"/(?:channels|guilds)/\d+|/(?:webhooks|interactions)/\d+/[^/]+")
NUMBER = re.compile(r"/\d{5,}")
FREE = re.compile(UNLIMITED)


@dataclass(frozen=True)
class Standing:
    """How a bot stands in a bucket after a request."""

    bucket: str
    remaining: int
    reset_after_seconds: float
    wait_seconds: float = 0.0  # of a refused request: until one may come again
    refused: bool = False
    whole_bot: bool = False
    limit: int = PER_SECOND
    shared: bool = False  # of the resource and not of this bot: such a 429 is no offence

    @property
    def scope(self) -> str:
        """As X-RateLimit-Scope says it."""
        return "global" if self.whole_bot else "shared" if self.shared else "user"


NO_LIMIT = Standing("", 0, 0.0)


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
    fixed: bool = False  # a window that ends as a whole; others leak

    def fits(self, method: str, path: str) -> bool:
        """Whether it speaks of this request."""
        return self.method in ("*", method) and self.path.search(path) is not None


OBSERVED = [Rule(f"{method} {path}", method, re.compile(path), limit, seconds, path in FIXED) for method, path, limit, seconds in ROUTES]


class Limits:
    """Buckets of bots and routes; of one second, where no rule says else.

    `quick`: without the limits that Discord's routes are known to have, for tests that shall not wait.
    """

    def __init__(self, *, quick: bool = False) -> None:
        self._seen: dict[str, Leaky | Window] = {}
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
        bucket = self._bucket(f"name or topic of {channel_id}", now, most, seconds, fixed=True)
        if wait := bucket.wait(now):
            named = bucket_of("PATCH", f"/channels/{channel_id}")
            raise TooSoon(Standing(named, 0, bucket.reset_after(now), wait, refused=True, limit=most, shared=True))
        bucket.take(now)

    def take(self, *, who: str, method: str, path: str, counts_for_bot: bool) -> Standing:
        """Counts one request, or refuses it. Webhooks do not count for the bot as a whole, clicks' callbacks not at all."""
        now = time.monotonic()
        bucket = bucket_of(method, path)
        major = MAJOR.search(path)
        if FREE.search(path) and not any(rule.fits(method, path) for rule in self._rules):
            return NO_LIMIT
        rules = self._rules if self.quick else self._rules + OBSERVED
        rule = next((rule for rule in rules if rule.fits(method, path)), None)
        most, seconds, fixed = (PER_SECOND, WINDOW_SECONDS, False) if rule is None else (rule.limit, rule.seconds, rule.fixed)
        mine = self._bucket(f"{who} {bucket} {major.group(0) if major else ''}", now, most, seconds, fixed=fixed)
        whole = self._bucket(who, now, PER_SECOND, WINDOW_SECONDS, fixed=True)
        if counts_for_bot and (wait := whole.wait(now)):
            return Standing(bucket, 0, wait, wait, refused=True, whole_bot=True)
        if wait := mine.wait(now):
            return Standing(bucket, 0, mine.reset_after(now), wait, refused=True, limit=most)
        mine.take(now)
        if counts_for_bot:
            whole.take(now)
        return Standing(bucket, mine.left(now), mine.reset_after(now), limit=most)

    def _bucket(self, key: str, now: float, limit: int, seconds: float, *, fixed: bool) -> Leaky | Window:
        known = self._seen.get(key)
        if known is None or known.ends <= now:
            if len(self._seen) > 10_000:
                self._seen = {name: bucket for name, bucket in self._seen.items() if bucket.ends > now}
            known = self._seen[key] = Window(limit, seconds) if fixed else Leaky(limit, seconds)
        return known


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
    """The answer's headers; none where no limit holds."""
    if not standing.bucket:
        return {}
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
