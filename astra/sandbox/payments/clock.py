"""Time as the provider tells it: real time plus an offset that people and tests may set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time shifted by `offset_seconds`. Network waits (retries, delays) do not use it."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self.offset_seconds = offset_seconds

    def now(self) -> datetime:
        """The provider's present, in UTC."""
        return real_now() + timedelta(milliseconds=round(self.offset_seconds * 1000))


def real_now() -> datetime:
    """The machine's present, in UTC and whole milliseconds (what is stored): signatures and retries go by it."""
    now = datetime.now(tz=UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def to_text(at: datetime) -> str:
    """`at` as ISO 8601 in UTC with milliseconds, for example `2026-12-07T13:44:09.120Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """The time that `to_text` wrote. Raises ValueError for anything else."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
