"""The three axes of an order, what may follow what, and the one word that people see."""

import enum
from typing import Final

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class WrongMove(RuntimeError):
    """Something happened that the state of an order does not allow: a programming error, never an answer to a person."""


class Commercial(models.TextChoices):
    """The bargain: what was agreed and whether it stands."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PAID = "paid"
    REFUNDING = "refunding"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


class PaymentAxis(models.TextChoices):
    """The money: the states of the order's charge, and none before there is one."""

    NONE = "none"
    CREATED = "created"
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    MISMATCHED = "mismatched"
    REFUND_PENDING = "refund_pending"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class Fulfilment(models.TextChoices):
    """The goods: written by record_fulfilment alone, which delivery calls."""

    NONE = "none"
    IN_PROGRESS = "in_progress"
    PARTIAL = "partial"
    WAITING_STOCK = "waiting_stock"
    DONE = "done"


class Move(enum.StrEnum):
    """What can happen to the commercial side."""

    CHECK_OUT = "check_out"
    ABANDON = "abandon"
    APPROVE = "approve"
    EXPIRE = "expire"
    CANCEL = "cancel"
    APPROVE_LATE = "approve_late"
    REFUSE_LATE = "refuse_late"
    REFUND_ALL = "refund_all"
    REFUND_PART = "refund_part"
    REFUND_FAIL = "refund_fail"


# Expired and cancelled are the end only when no charge of the order can be paid any more: a late payment leads on.
# The database's trigger allows exactly these pairs of states; a test compares the two.
TRANSITIONS: Final[dict[tuple[Commercial, Move], Commercial]] = {
    (Commercial.DRAFT, Move.CHECK_OUT): Commercial.AWAITING_PAYMENT,
    (Commercial.DRAFT, Move.CANCEL): Commercial.CANCELLED,
    (Commercial.DRAFT, Move.ABANDON): Commercial.EXPIRED,
    (Commercial.AWAITING_PAYMENT, Move.APPROVE): Commercial.PAID,
    (Commercial.AWAITING_PAYMENT, Move.EXPIRE): Commercial.EXPIRED,
    (Commercial.AWAITING_PAYMENT, Move.CANCEL): Commercial.CANCELLED,
    (Commercial.EXPIRED, Move.APPROVE_LATE): Commercial.PAID,
    (Commercial.EXPIRED, Move.REFUSE_LATE): Commercial.REFUNDING,
    (Commercial.CANCELLED, Move.APPROVE_LATE): Commercial.PAID,
    (Commercial.CANCELLED, Move.REFUSE_LATE): Commercial.REFUNDING,
    (Commercial.PAID, Move.REFUND_ALL): Commercial.REFUNDED,
    (Commercial.PAID, Move.REFUND_PART): Commercial.PARTIALLY_REFUNDED,
    (Commercial.REFUNDING, Move.REFUND_ALL): Commercial.REFUNDED,
    (Commercial.REFUNDING, Move.REFUND_PART): Commercial.PARTIALLY_REFUNDED,
    (Commercial.REFUNDING, Move.REFUND_FAIL): Commercial.REFUND_FAILED,
    (Commercial.REFUND_FAILED, Move.REFUND_ALL): Commercial.REFUNDED,
    (Commercial.REFUND_FAILED, Move.REFUND_PART): Commercial.PARTIALLY_REFUNDED,
    (Commercial.PARTIALLY_REFUNDED, Move.REFUND_PART): Commercial.PARTIALLY_REFUNDED,
    (Commercial.PARTIALLY_REFUNDED, Move.REFUND_ALL): Commercial.REFUNDED,
}

FULFILMENT: Final[dict[Fulfilment, frozenset[Fulfilment]]] = {
    Fulfilment.NONE: frozenset({Fulfilment.IN_PROGRESS, Fulfilment.PARTIAL, Fulfilment.WAITING_STOCK, Fulfilment.DONE}),
    Fulfilment.IN_PROGRESS: frozenset({Fulfilment.PARTIAL, Fulfilment.WAITING_STOCK, Fulfilment.DONE}),
    Fulfilment.PARTIAL: frozenset({Fulfilment.IN_PROGRESS, Fulfilment.WAITING_STOCK, Fulfilment.DONE}),
    Fulfilment.WAITING_STOCK: frozenset({Fulfilment.IN_PROGRESS, Fulfilment.PARTIAL, Fulfilment.DONE}),
    Fulfilment.DONE: frozenset(),
}

# Whose money came, whatever happened to it later: only these may have goods on their way.
SETTLED: Final = (
    Commercial.PAID,
    Commercial.REFUNDING,
    Commercial.PARTIALLY_REFUNDED,
    Commercial.REFUNDED,
    Commercial.REFUND_FAILED,
)


class Word(enum.StrEnum):
    """The one word that people and the API see."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    PAYMENT_IN_REVIEW = "payment_in_review"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    PAID = "paid"
    FULFILLING = "fulfilling"
    PARTIALLY_DELIVERED = "partially_delivered"
    WAITING_STOCK = "waiting_stock"
    DELIVERED = "delivered"
    REFUNDING = "refunding"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"


WORD_TEXTS: Final[dict[Word, "str | Promise"]] = {
    Word.DRAFT: _("Cart"),
    Word.AWAITING_PAYMENT: _("Awaiting payment"),
    Word.PAYMENT_IN_REVIEW: _("Payment in review"),
    Word.EXPIRED: _("Expired"),
    Word.CANCELLED: _("Cancelled"),
    Word.PAID: _("Paid"),
    Word.FULFILLING: _("Being delivered"),
    Word.PARTIALLY_DELIVERED: _("Partially delivered"),
    Word.WAITING_STOCK: _("Waiting for stock"),
    Word.DELIVERED: _("Delivered"),
    Word.REFUNDING: _("Being refunded"),
    Word.PARTIALLY_REFUNDED: _("Partially refunded"),
    Word.REFUNDED: _("Refunded"),
    Word.REFUND_FAILED: _("Refund failed"),
}

_OF_FULFILMENT: Final = {
    Fulfilment.NONE: Word.PAID,
    Fulfilment.IN_PROGRESS: Word.FULFILLING,
    Fulfilment.PARTIAL: Word.PARTIALLY_DELIVERED,
    Fulfilment.WAITING_STOCK: Word.WAITING_STOCK,
    Fulfilment.DONE: Word.DELIVERED,
}


def word_of(commercial: str, payment: str, fulfilment: str) -> Word:
    """The public word of the three axes: a total function.

    While the order stands paid, the goods speak; before and after, the bargain does. The money speaks for itself only
    where it arrived and does not fit: then the order is in review, whatever else it was.
    """
    bargain = Commercial(commercial)
    if bargain == Commercial.PAID:
        return _OF_FULFILMENT[Fulfilment(fulfilment)]
    waits_or_ended = bargain in (Commercial.AWAITING_PAYMENT, Commercial.EXPIRED, Commercial.CANCELLED)
    if waits_or_ended and PaymentAxis(payment) == PaymentAxis.MISMATCHED:
        return Word.PAYMENT_IN_REVIEW
    return Word(bargain.value)


def next_commercial(commercial: str, move: Move) -> Commercial:
    """Where a move leads. Raises WrongMove for a pair that is not in the table."""
    target = TRANSITIONS.get((Commercial(commercial), move))
    if target is None:
        raise WrongMove(f"{move.value!r} cannot happen to an order that is {commercial!r}.")
    return target


def allows(commercial: str, move: Move) -> bool:
    """Whether a move may happen in a state."""
    return (Commercial(commercial), move) in TRANSITIONS
