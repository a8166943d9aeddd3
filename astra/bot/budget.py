"""What this copy may still ask of Discord. All bots leave by one address, and what Discord refuses to one of them counts against all.

Fact: Discord bans an address for a while after 10,000 answers of 401, 403 or 429 (not of scope "shared") in ten minutes
(docs.discord.com, Rate Limits, "Invalid Request Limit"). An answer that succeeds costs nothing. So it is refusals that make a copy
quiet, and first of all its own: a shop whose bot answers well is not silenced because a neighbour's does not.

- **Its own share.** A copy that was refused ``OWN_SHARE`` times within ten minutes asks nothing until the oldest of them is forgotten.
  It needs nobody for that: neither the core nor a heartbeat.
- **Careful.** While the installation's budget is used up, the core says so with each heartbeat. Who was refused within the last ten
  minutes is quiet then; who was not goes on, and is quiet from his first refusal on. So each copy adds at most one to the total.
- **Quiet.** Near the ban itself nobody asks anything, for with thousands of bots even one refusal each would be too much, and the ban
  silences every shop for longer than this does.

The core's word is good for as many seconds as it says and is renewed by the next heartbeat; without a core it runs out by itself.
"""

import time
from collections import deque
from collections.abc import Callable, Mapping

from astra.bot.pulse import PulseMeter
from astra.protocol.messages import HeartbeatAnswer

WINDOW_SECONDS = 600.0
# A bot whose answers were refused this often reaches nobody anyway; fifty such bots use up the installation's half of the ban.
OWN_SHARE = 100
REFUSED_STATUSES = frozenset({401, 403, 429})
SCOPE_HEADER = "x-ratelimit-scope"


class Budget:
    """One copy's count of refused calls, and for how long it is to keep quiet. ``now`` is a clock that never goes back."""

    def __init__(self, meter: PulseMeter | None = None, *, now: Callable[[], float] = time.monotonic) -> None:
        self._meter = meter or PulseMeter()
        self._now = now
        self._refused: deque[float] = deque(maxlen=OWN_SHARE)
        self._careful_until = self._quiet_until = float("-inf")

    def answered(self, status: int, headers: Mapping[str, str]) -> bool:
        """Discord answered a call; whether that counts against the address (then it is counted here and told to the core)."""
        if status not in REFUSED_STATUSES or headers.get(SCOPE_HEADER) == "shared":
            return False
        self._refused.append(self._now())
        self._meter.refused()
        return True

    def heard(self, told: HeartbeatAnswer) -> None:
        """Takes the core's word on the installation's budget."""
        self._careful_until = self._now() + told.careful_seconds
        self._quiet_until = self._now() + told.quiet_seconds

    def quiet_seconds(self) -> float:
        """For how long from now nothing may be asked of Discord; 0 when it may."""
        now = self._now()
        until = self._quiet_until
        if self._refused and self._refused[-1] + WINDOW_SECONDS > now:
            until = max(until, min(self._careful_until, self._refused[-1] + WINDOW_SECONDS))
        if len(self._refused) == OWN_SHARE:
            until = max(until, self._refused[0] + WINDOW_SECONDS)
        return max(until - now, 0.0)
