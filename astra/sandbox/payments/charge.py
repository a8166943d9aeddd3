"""A charge and the payments that reached it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .clock import to_text

PENDING, EXPIRED, CANCELLED, PAID = "pending", "expired", "cancelled", "paid"
PARTIALLY_REFUNDED, REFUNDED = "partially_refunded", "refunded"
PIX, CARD = "pix", "card"
APPROVED, DECLINED, CHALLENGE, CHALLENGE_FAILED = "approved", "declined", "challenge", "failed"
# Every change a charge can go through raises its rank, so a reader may ignore what is older than it knows.
RANK = {PENDING: 0, EXPIRED: 1, CANCELLED: 2, PAID: 3, PARTIALLY_REFUNDED: 4, REFUNDED: 5}


@dataclass
class Payment:
    """Money that arrived for a charge. A code paid twice has two."""

    id: str
    amount_minor: int
    paid_at: datetime
    end_to_end_id: str
    fee_minor: int = 0
    refunded_minor: int = 0
    refunding_minor: int = 0  # asked for, not settled: counts against what is left
    disputed_minor: int = 0  # taken by disputes that are open or lost
    payer: dict[str, str | None] = field(default_factory=dict)  # `document` where the bank tells it, `fingerprint` always

    @property
    def refundable_minor(self) -> int:
        """What may still be asked back."""
        return self.amount_minor - self.refunded_minor - self.refunding_minor - self.disputed_minor

    def public(self) -> dict[str, Any]:
        """The payment as the API shows it."""
        return {
            "id": self.id,
            "amount_minor": self.amount_minor,
            "paid_at": to_text(self.paid_at),
            "end_to_end_id": self.end_to_end_id,
            "fee_minor": self.fee_minor,
            "refunded_minor": self.refunded_minor,
            "disputed_minor": self.disputed_minor,
            "payer": {"document": self.payer.get("document"), "fingerprint": self.payer.get("fingerprint") or ""},
        }


@dataclass
class CardTry:
    """One try to pay with a card: `approved`, `declined`, or `challenge`, which ends as `approved` or `failed`."""

    id: str
    last4: str
    outcome: str
    at: datetime
    decline_code: str | None = None

    def public(self) -> dict[str, Any]:
        """The try as the API shows it."""
        return {
            "id": self.id,
            "last4": self.last4,
            "outcome": self.outcome,
            "decline_code": self.decline_code,
            "at": to_text(self.at),
        }


@dataclass
class Charge:
    """A request for money with a code to pay it, or (kind `card`) with a page that asks for a card.

    The figures of the charge itself (`paid_amount_minor`, `refunded_minor`, `fee_minor`, status) speak of its first
    payment, the one that settled it; a second payment of the same code is in `payments` alone.
    """

    id: str
    amount_minor: int
    currency: str
    reference: str
    description: str
    account: str
    payee: str
    br_code: str
    created_at: datetime
    expires_at: datetime
    updated_at: datetime
    payer: dict[str, str] | None = None
    expired: bool = False
    cancelled: bool = False
    payments: list[Payment] = field(default_factory=list)
    kind: str = PIX
    card_tries: list[CardTry] = field(default_factory=list)
    save_card: bool = False
    card_id: str = ""  # the kept card that is to be charged without its holder
    kept_card: dict[str, Any] | None = None  # as the API shows the card that was kept when this was paid
    return_url: str = ""

    @property
    def settling(self) -> Payment | None:
        """The first payment."""
        return self.payments[0] if self.payments else None

    @property
    def challenge(self) -> CardTry | None:
        """The try that waits for the holder's word at his bank (3-D Secure), while the charge can still be paid."""
        last = self.card_tries[-1] if self.card_tries else None
        return last if last is not None and last.outcome == CHALLENGE and self.status == PENDING else None

    @property
    def status(self) -> str:
        """One of the names above; money that arrived outweighs expiry and cancellation."""
        first = self.settling
        if first is None:
            return CANCELLED if self.cancelled else EXPIRED if self.expired else PENDING
        if first.refunded_minor == 0:
            return PAID
        return REFUNDED if first.refunded_minor >= first.amount_minor else PARTIALLY_REFUNDED

    def public(self, base_url: str) -> dict[str, Any]:
        """The charge as the API shows it."""
        first, status = self.settling, self.status
        shown: dict[str, Any] = {
            "id": self.id,
            "kind": self.kind,
            "status": status,
            "status_rank": RANK[status],
            "amount_minor": self.amount_minor,
            "currency": self.currency,
            "reference": self.reference,
            "description": self.description,
            "account": self.account,
            "payer": self.payer,
            "br_code": self.br_code or None,
            "pay_url": f"{base_url}/pay/{self.id}",
            "created_at": to_text(self.created_at),
            "expires_at": to_text(self.expires_at),
            "updated_at": to_text(self.updated_at),
            "paid_amount_minor": first.amount_minor if first else None,
            "paid_at": to_text(first.paid_at) if first else None,
            "refunded_minor": first.refunded_minor if first else 0,
            "fee_minor": first.fee_minor if first else 0,
            "end_to_end_id": first.end_to_end_id if first else None,
            "payments": [payment.public() for payment in self.payments],
        }
        if self.kind == CARD:
            wait = {"type": "three_d_secure", "url": f"{base_url}/pay/{self.id}/challenge"} if self.challenge else None
            shown["card"] = {"tries": [one.public() for one in self.card_tries], "next_action": wait, "saved_card": self.kept_card}
        return shown
