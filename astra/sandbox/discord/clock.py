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


def moment(text: str) -> datetime:
    """What `text` says, with Z, with an offset (its plus may be a blank, out of an address) or with none: UTC. Raises ValueError."""
    read = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
    return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
