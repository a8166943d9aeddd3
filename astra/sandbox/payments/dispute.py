"""A payment that its payer contests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import to_text

OPEN, UNDER_REVIEW, WON, LOST = "open", "under_review", "won", "lost"
RANK = {OPEN: 0, UNDER_REVIEW: 1, WON: 2, LOST: 2}
REASONS = ("fraud", "not_received", "not_as_described", "duplicate")


@dataclass
class Dispute:
    """One contest of one payment: `med` for PIX, `chargeback` for a card. Its money leaves when it is opened."""

    id: str
    kind: str
    charge_id: str
    payment_id: str
    amount_minor: int
    currency: str
    reference: str
    reason: str
    created_at: datetime
    updated_at: datetime
    due_at: datetime  # without evidence until then it is lost
    status: str = OPEN
    evidence: str | None = None

    def public(self) -> dict[str, Any]:
        """The dispute as the API shows it."""
        return {
            "id": self.id,
            "kind": self.kind,
            "status": self.status,
            "status_rank": RANK[self.status],
            "charge_id": self.charge_id,
            "payment_id": self.payment_id,
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "reference": self.reference,
            "reason": self.reason,
            "evidence": self.evidence,
            "due_at": to_text(self.due_at),
            "created_at": to_text(self.created_at),
            "updated_at": to_text(self.updated_at),
        }
