"""Time as this Discord tells it: real time plus an offset that tests and the demo may set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time shifted by `offset_seconds`. Sockets and the three-second rule do not use it."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        """The present, in UTC."""
        return datetime.now(tz=UTC) + timedelta(seconds=self.offset_seconds)

    def unix(self) -> float:
        """The present in seconds since 1970."""
        return self.now().timestamp()

    def text(self) -> str:
        """The present as Discord writes it, for example `2026-12-07T13:44:09.120000+00:00`."""
        return self.now().isoformat(timespec="microseconds")
