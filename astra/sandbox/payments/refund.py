"""Money on its way back to a payer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import to_text

PENDING, SUCCEEDED, FAILED = "pending", "succeeded", "failed"
RANK = {PENDING: 0, FAILED: 1, SUCCEEDED: 1}


@dataclass
class Refund:
    """One return of one payment, in full or in part."""

    id: str
    charge_id: str
    payment_id: str
    amount_minor: int
    currency: str
    reference: str
    created_at: datetime
    updated_at: datetime
    outcome: str  # what it will become
    settles_at: datetime | None
    status: str = PENDING
    failure_code: str | None = None
    return_id: str | None = None

    def public(self) -> dict[str, Any]:
        """The refund as the API shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "status_rank": RANK[self.status],
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "charge_id": self.charge_id,
            "payment_id": self.payment_id,
            "reference": self.reference,
            "failure_code": self.failure_code,
            "return_id": self.return_id,
            "created_at": to_text(self.created_at),
            "updated_at": to_text(self.updated_at),
        }
