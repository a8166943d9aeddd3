"""A card that the provider keeps for its customer: the customer has the id, never the number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import to_text


@dataclass
class SavedCard:
    """A card kept with the holder's consent, given while a charge was paid. `fingerprint` is the same for the same number."""

    id: str
    number: str
    fingerprint: str
    expires_on: str  # the last month in which it is good, for example `2031-12`
    created_at: datetime
    removed_at: datetime | None = None

    @property
    def last4(self) -> str:
        """The end of the number, by which its holder knows it."""
        return self.number[-4:]

    def public(self) -> dict[str, Any]:
        """The card as the API shows it."""
        return {
            "id": self.id,
            "last4": self.last4,
            "fingerprint": self.fingerprint,
            "expires_on": self.expires_on,
            "created_at": to_text(self.created_at),
            "removed_at": to_text(self.removed_at) if self.removed_at else None,
        }
