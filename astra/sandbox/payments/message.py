"""One copy of one webhook, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .clock import to_text

WAITING, DELIVERED, LOST, GIVEN_UP, NO_ADDRESS = "waiting", "delivered", "lost", "given_up", "no_address"


@dataclass
class Attempt:
    """One try: the receiver's status, or why there was none."""

    at: datetime
    took_ms: int
    status: int | None = None
    error: str | None = None

    def public(self) -> dict[str, Any]:
        """The try as the log shows it."""
        return {"at": to_text(self.at), "took_ms": self.took_ms, "status": self.status, "error": self.error}


@dataclass
class Message:
    """A webhook on its way. Copies share `webhook_id`; `body` is the exact text that is signed and sent."""

    id: str
    webhook_id: str
    copy: int
    type: str
    object_id: str
    body: str
    state: str
    created_at: datetime
    next_attempt_at: datetime | None = None
    attempts: list[Attempt] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        """The message as the log shows it."""
        return {
            "id": self.id,
            "webhook_id": self.webhook_id,
            "copy": self.copy,
            "type": self.type,
            "object_id": self.object_id,
            "state": self.state,
            "created_at": to_text(self.created_at),
            "next_attempt_at": to_text(self.next_attempt_at) if self.next_attempt_at else None,
            "attempts": [attempt.public() for attempt in self.attempts],
        }
