"""What money is for: the table from a purpose's kind to the actions that take it. Filled by the project's wiring."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

APPLIED: Final = "applied"
PARKED: Final = "parked"
PayoutOutcome = Literal["paid", "failed", "returned", "unknown"]


class UnknownPurpose(LookupError):
    """Nobody registered this kind of purpose: a programming error. The money stays untouched and is tried again."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """An approved payment of exactly the charge's amount. ``approved_at`` is the product's time, not the provider's.

    ``payer_key`` marks who paid; ``saved_card_id`` is the card that the provider keeps since this payment: a purpose that does
    not want it has it removed.
    """

    seller_id: uuid.UUID
    charge_id: uuid.UUID
    payment_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID
    amount_minor: int
    currency: str
    provider_fee_minor: int
    approved_at: datetime.datetime
    method: str = "pix"
    payer_key: str = ""
    saved_card_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money of a charge's first payment that went back to the payer."""

    seller_id: uuid.UUID
    payment_id: uuid.UUID
    refund_id: uuid.UUID
    purpose_kind: str
    purpose_id: uuid.UUID
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PayoutSettled:
    """What became of a payout. ``unknown`` may be followed by any of the others, ``paid`` by ``returned``."""

    seller_id: uuid.UUID
    payout_id: uuid.UUID
    purpose_id: uuid.UUID
    outcome: PayoutOutcome


Apply = Callable[[Settlement], str]
OnRefunded = Callable[[Refunded], None]
OnPayout = Callable[[PayoutSettled], None]


@dataclass(frozen=True, slots=True)
class _Purpose:
    apply: Apply
    refunded: OnRefunded
    released: Apply | None


_purposes: dict[str, _Purpose] = {}
_payouts: dict[str, OnPayout] = {}


def register(kind: str, apply: Apply, refunded: OnRefunded, released: Apply | None = None) -> None:
    """Names the actions of a purpose. All run inside payments' transaction and must not call the network.

    ``apply`` posts the money and answers ``"applied"``, or ``"parked"`` when it cannot take it (then payments parks it; if ``apply``
    asked no refund itself, the money goes back after a day). ``refunded`` is told when money of the first payment went back.
    ``released`` takes a parked payment that the seller accepted (the posting out of ``parked`` is its own); without it parked
    payments of this kind cannot be accepted.
    """
    _purposes[kind] = _Purpose(apply, refunded, released)


def register_payout(kind: str, settle: OnPayout) -> None:
    """Names the action that is told what became of payouts of a purpose; it runs inside payments' transaction."""
    _payouts[kind] = settle


def apply(settlement: Settlement) -> str:
    """Hands a payment to its purpose and returns the verdict. Raises UnknownPurpose, ValueError for another word."""
    verdict = _purpose(settlement.purpose_kind).apply(settlement)
    if verdict not in (APPLIED, PARKED):
        raise ValueError(f"The purpose {settlement.purpose_kind!r} answered {verdict!r}.")
    return verdict


def refunded(news: Refunded) -> None:
    """Tells a purpose that money went back. Raises UnknownPurpose."""
    _purpose(news.purpose_kind).refunded(news)


def releaser(kind: str) -> Apply | None:
    """The action that takes an accepted payment of this purpose, or None. Raises UnknownPurpose."""
    return _purpose(kind).released


def settle_payout(kind: str, news: PayoutSettled) -> None:
    """Tells a purpose what became of its payout. Raises UnknownPurpose."""
    if kind not in _payouts:
        raise UnknownPurpose(kind)
    _payouts[kind](news)


def forget(kind: str) -> None:
    """Takes a purpose out of the tables (tests end with it)."""
    _purposes.pop(kind, None)
    _payouts.pop(kind, None)


def _purpose(kind: str) -> _Purpose:
    if kind not in _purposes:
        raise UnknownPurpose(kind)
    return _purposes[kind]
