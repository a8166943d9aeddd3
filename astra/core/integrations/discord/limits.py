"""What we owe Discord before we ask: breaker per token, wait per bucket, and the address's budget of refused calls."""

import hashlib
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from astra.core.integrations.discord.failures import NotSent, RateLimited, TokenRefused

# A call waits at most this long for its bucket; beyond it the caller is told when to come back.
MAX_WAIT_SECONDS = 3.0
# A refused token is asked about again only after this pause, so that a dead bot cannot eat the address's budget.
TOKEN_PAUSE_SECONDS = 60.0
# So many failures of the server in a row open the breaker of a token, for this long.
FAILURES_TO_OPEN = 5
OPEN_SECONDS = 10.0
# Discord bans the address after 10,000 answers of 401, 403 or 429 in ten minutes, for every tenant on it. One process
# stops itself well before; what all of them and the bots got together is counted in the database (``shared_budget``).
BUDGET_WINDOW_SECONDS = 600.0
BUDGET_PER_PROCESS = 1_500
# A process that learned that the installation's budget is used up asks Discord nothing for so long.
SHARED_PAUSE_SECONDS = 60.0
BUDGET_STATUSES = frozenset({401, 403, 429})

# Calls by an interaction's own token: one expired interaction must not stop the others.
NO_TOKEN = "none"  # noqa: S105  it stands for the absence of one

_MAJOR = re.compile(r"^/(channels|guilds|webhooks)/(\d+)(?:/([^/]{20,}))?")
_NUMBERS = re.compile(r"/\d{15,21}")


@dataclass(slots=True)
class _TokenState:
    refused_until: float = 0.0
    open_until: float = 0.0
    failures: int = 0


class Limits:
    """The memory of one process, shared by its threads. It holds hashes of tokens, never tokens."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, _TokenState] = {}
        self._buckets: dict[str, str] = {}
        self._blocked: dict[str, float] = {}
        self._refusals: deque[float] = deque()
        self._share: Callable[[], bool] | None = None
        self._shared_until = 0.0

    def share(self, count: Callable[[], bool]) -> None:
        """Whom to tell of each refused call; it answers whether the installation's budget is used up."""
        self._share = count

    def before(self, token: str, method: str, path: str) -> None:
        """Waits its turn. Raises TokenRefused, NotSent (breaker open) or RateLimited (turn too far away)."""
        now = time.monotonic()
        with self._lock:
            state = self._tokens.get(token)
            if state and state.refused_until > now:
                raise TokenRefused()
            if state and state.open_until > now:
                raise NotSent(None, reason="breaker_open")
            if self._shared_until > now:
                raise RateLimited(self._shared_until - now)
            self._forget_old_refusals(now)
            if len(self._refusals) >= BUDGET_PER_PROCESS:
                raise RateLimited(self._refusals[0] + BUDGET_WINDOW_SECONDS - now)
            until = max(self._blocked.get(self._key(token, method, path), 0.0), self._blocked.get(token, 0.0))
        wait = until - now
        if wait > MAX_WAIT_SECONDS:
            raise RateLimited(wait)
        if wait > 0:
            time.sleep(wait)

    def after(self, token: str, method: str, path: str, status: int, headers: dict[str, str]) -> None:
        """Learns from an answer: what is left in its bucket, whether the token lives, how the server feels."""
        now = time.monotonic()
        is_counted = status in BUDGET_STATUSES and headers.get("x-ratelimit-scope") != "shared"
        is_used_up = is_counted and self._share is not None and self._share()  # asks the database: outside the lock
        with self._lock:
            state = self._tokens.setdefault(token, _TokenState())
            if is_counted:
                self._refusals.append(now)
            if is_used_up:
                self._shared_until = now + SHARED_PAUSE_SECONDS
            if status == 401 and token != NO_TOKEN:
                state.refused_until = now + TOKEN_PAUSE_SECONDS
            elif status < 500:
                state.failures, state.refused_until = 0, 0.0
            if bucket := headers.get("x-ratelimit-bucket"):
                self._buckets[_route(method, path)] = bucket
            if status == 429:
                pause = _seconds(headers.get("retry-after"), 1.0)
                whole_token = headers.get("x-ratelimit-global") or headers.get("x-ratelimit-scope") == "global"
                self._blocked[token if whole_token else self._key(token, method, path)] = now + pause
            elif headers.get("x-ratelimit-remaining") == "0":
                self._blocked[self._key(token, method, path)] = now + _seconds(headers.get("x-ratelimit-reset-after"), 0.0)
            if len(self._blocked) > 1_000:
                self._blocked = {key: until for key, until in self._blocked.items() if until > now}

    def failed(self, token: str) -> None:
        """Counts a call without a useful answer; enough in a row open the breaker of this token."""
        with self._lock:
            state = self._tokens.setdefault(token, _TokenState())
            state.failures += 1
            if state.failures >= FAILURES_TO_OPEN:
                state.open_until, state.failures = time.monotonic() + OPEN_SECONDS, 0

    def refusals(self) -> int:
        """How many answers of 401, 403 and 429 this process got in the last ten minutes."""
        with self._lock:
            self._forget_old_refusals(time.monotonic())
            return len(self._refusals)

    def forget(self) -> None:
        """Forgets everything: a new token, or another Discord, deserves a fresh start."""
        with self._lock:
            self._tokens.clear()
            self._buckets.clear()
            self._blocked.clear()
            self._refusals.clear()
            self._shared_until = 0.0

    def _key(self, token: str, method: str, path: str) -> str:
        route = _route(method, path)
        return f"{token}|{self._buckets.get(route, route)}|{_major(path)}"

    def _forget_old_refusals(self, now: float) -> None:
        while self._refusals and self._refusals[0] < now - BUDGET_WINDOW_SECONDS:
            self._refusals.popleft()


def token_key(token: str) -> str:
    """What stands for a token in this memory: the start of its hash."""
    return hashlib.sha256(token.encode()).hexdigest()[:24] if token else NO_TOKEN


def _route(method: str, path: str) -> str:
    plain = path.partition("?")[0]
    if plain.startswith("/webhooks/"):  # the second part is an interaction's token: it is not kept here
        parts = plain.split("/")
        plain = "/".join([*parts[:2], "0", "token", *parts[4:]])
    return f"{method} {_NUMBERS.sub('/0', plain)}"


def _major(path: str) -> str:
    found = _MAJOR.match(path)
    if not found:
        return ""
    return f"{found[1]}/{found[2]}/{token_key(found[3]) if found[3] else ''}"


def _seconds(text: str | None, default: float) -> float:
    try:
        return max(0.0, float(text)) if text else default
    except ValueError:
        return default


LIMITS = Limits()
