"""The account's statement: signed lines, whose sum is the balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .clock import to_text

MISSING, EXTRA, ALTERED = "missing", "extra", "altered"
DIFFERENCES = (MISSING, EXTRA, ALTERED)


@dataclass
class Line:
    """One movement. `ref` is the charge, refund or payout; a fee names what it was taken for."""

    line_id: str
    kind: str  # charge, refund, payout, dispute, fee, deposit
    ref: str
    reference: str
    amount_minor: int
    at: datetime
    payment_id: str | None = None
    difference: str = ""  # how the API tells it wrongly: missing, extra (there is no such money), altered
    told_minor: int = 0  # what the API says instead, for extra and altered

    def public(self) -> dict[str, Any]:
        """The line as the API shows it."""
        return {
            "line_id": self.line_id,
            "kind": self.kind,
            "ref": self.ref,
            "reference": self.reference,
            "payment_id": self.payment_id,
            "amount_minor": self.told_minor if self.difference else self.amount_minor,
            "at": to_text(self.at),
        }
