"""Whether the core answers bots. While it does not, a silent bot is not a dead one, and starting one would waste it."""

import time

import httpx
import structlog
from django.conf import settings

from astra.protocol.paths import HEALTH

TIMEOUT_SECONDS = 2.0
EVERY_SECONDS = 3.0

log = structlog.get_logger("astra.supervisor")


class CoreWatch:
    """Asks the core's health now and then, and knows for how long it has answered without a gap."""

    def __init__(self) -> None:
        # One client, for each new one reads the whole list of certificate authorities, which takes longer than the question; a
        # connection of its own for each question, for a kept one would die with a core that is back already.
        self._http = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
        self._up_since: float | None = None
        self._asked_at = float("-inf")

    def up_seconds(self) -> float:
        """Seconds since when the core has answered; 0 while it does not."""
        if time.monotonic() - self._asked_at >= EVERY_SECONDS:
            self._ask()
        return 0.0 if self._up_since is None else max(time.monotonic() - self._up_since, 0.001)

    def _ask(self) -> None:
        was_up = self._up_since is not None
        try:
            answer = self._http.get(f"{settings.ASTRA_CORE_URL}{HEALTH}")
            is_up = answer.status_code == httpx.codes.OK
        except httpx.HTTPError:
            is_up = False
        self._asked_at = time.monotonic()
        if is_up and self._up_since is None:
            self._up_since = self._asked_at
        elif not is_up:
            self._up_since = None
        if is_up != was_up:
            log.info("core.up" if is_up else "core.away", address=settings.ASTRA_CORE_URL)
