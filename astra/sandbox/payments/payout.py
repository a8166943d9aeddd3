"""Money sent to somebody's PIX key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import to_text

PROCESSING, PAID, FAILED, RETURNED = "processing", "paid", "failed", "returned"
RANK = {PROCESSING: 0, PAID: 1, FAILED: 1, RETURNED: 2}


@dataclass
class Payout:
    """One transfer out of the account."""

    id: str
    amount_minor: int
    currency: str
    reference: str
    key_kind: str
    key_value: str
    holder_name: str
    holder_document: str
    created_at: datetime
    updated_at: datetime
    outcome: str  # what it will become: paid, failed, or returned (paid first)
    settles_at: datetime | None
    status: str = PROCESSING
    fee_minor: int = 0
    failure_code: str | None = None  # shown once it has failed or come back
    end_to_end_id: str | None = None

    def public(self) -> dict[str, Any]:
        """The payout as the API shows it."""
        return {
            "id": self.id,
            "status": self.status,
            "status_rank": RANK[self.status],
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "reference": self.reference,
            "pix_key": {"kind": self.key_kind, "value": self.key_value},
            "holder": {"name": self.holder_name, "document": self.holder_document},
            "fee_minor": self.fee_minor,
            "failure_code": self.failure_code if self.status in (FAILED, RETURNED) else None,
            "end_to_end_id": self.end_to_end_id,
            "created_at": to_text(self.created_at),
            "updated_at": to_text(self.updated_at),
        }
