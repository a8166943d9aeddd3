"""Snowflakes: 42 bits of milliseconds since 2015, then a counter. Each is greater than the one before."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime

from .clock import Clock

EPOCH_MS = 1_420_070_400_000


class Snowflakes:
    """Makes ids that rise even where the clock is moved back."""

    def __init__(self, clock: Clock, last: int = 0) -> None:
        self._clock = clock
        self.last = last

    def new(self) -> str:
        """The next id, as text (a JSON number would lose its last digits)."""
        wanted = (int(self._clock.unix() * 1000) - EPOCH_MS) << 22
        self.last = max(self.last + 1, wanted)
        return str(self.last)

    def moment(self) -> str:
        """The present as Discord writes it, between the newest id and the next one: where the clock was moved back, both go on."""
        after = max(int(self._clock.unix() * 1_000_000), (EPOCH_MS + (self.last >> 22) + 1) * 1000)
        self.last = max(self.last, ((after // 1000 - EPOCH_MS) << 22) - 1)
        return datetime.fromtimestamp(after / 1_000_000, tz=UTC).isoformat(timespec="microseconds")


def new_token(user_id: str) -> str:
    """A bot token in Discord's form, base64(id).x.y: some libraries read the id out of it."""
    owner = base64.urlsafe_b64encode(user_id.encode()).decode().rstrip("=")
    return f"{owner}.{secrets.token_urlsafe(5)[:6]}.{secrets.token_urlsafe(29)[:38]}"


def token_owner(token: str) -> str:
    """The user id that a token names, or an empty text; says nothing about whether the token is good."""
    head = token.split(".", 1)[0]
    try:
        return base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)).decode("ascii")
    except ValueError:
        return ""
