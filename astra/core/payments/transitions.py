"""The allowed transitions of charges, refunds and payouts: three tables, and nothing else moves a state."""

from collections.abc import Mapping
from typing import Final

Table = Mapping[str, Mapping[str, str]]


class Forbidden(RuntimeError):
    """Something happened that a state does not allow: a programming error, never an answer to a person."""


CREATED: Final = "created"
PENDING: Final = "pending"
APPROVED: Final = "approved"
REJECTED: Final = "rejected"
CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"
UNKNOWN: Final = "unknown"
MISMATCHED: Final = "mismatched"
REFUND_PENDING: Final = "refund_pending"
PARTIALLY_REFUNDED: Final = "partially_refunded"
REFUNDED: Final = "refunded"

# Money that arrived outweighs whatever we believed before: a code may be paid after it expired or was cancelled.
_MONEY = {"paid": APPROVED, "paid_wrong": MISMATCHED}
# A refund may also come from the payer's bank, unasked.
_BACK = {"refund_asked": REFUND_PENDING, "refunded_part": PARTIALLY_REFUNDED, "refunded_all": REFUNDED}

CHARGE: Final[Table] = {
    CREATED: {"made": PENDING, "refused": REJECTED, "lost": UNKNOWN, "cancelled": CANCELLED, "expired": EXPIRED, **_MONEY},
    UNKNOWN: {"made": PENDING, "refused": REJECTED, "lost": UNKNOWN, "cancelled": CANCELLED, "expired": EXPIRED, **_MONEY},
    PENDING: {"cancelled": CANCELLED, "expired": EXPIRED, **_MONEY},
    REJECTED: {**_MONEY},
    EXPIRED: {"cancelled": CANCELLED, **_MONEY},
    CANCELLED: {**_MONEY},
    APPROVED: {**_BACK},
    MISMATCHED: {"accepted": APPROVED, **_BACK},
    REFUND_PENDING: {
        **_BACK,
        "refund_failed": APPROVED,
        "refund_failed_wrong": MISMATCHED,
        "refund_failed_part": PARTIALLY_REFUNDED,
    },
    PARTIALLY_REFUNDED: {**_BACK},
    REFUNDED: {},
}

REQUESTED: Final = "requested"
SUCCEEDED: Final = "succeeded"
FAILED: Final = "failed"

REFUND: Final[Table] = {
    REQUESTED: {"taken": PENDING, "succeeded": SUCCEEDED, "failed": FAILED, "lost": UNKNOWN},
    UNKNOWN: {"taken": PENDING, "succeeded": SUCCEEDED, "failed": FAILED, "lost": UNKNOWN, "not_there": REQUESTED},
    PENDING: {"succeeded": SUCCEEDED, "failed": FAILED},
    SUCCEEDED: {},
    FAILED: {},
}

SENDING: Final = "sending"
PROCESSING: Final = "processing"
PAID: Final = "paid"
RETURNED: Final = "returned"

# From unknown nothing leads back to created: a payout is never sent a second time.
PAYOUT: Final[Table] = {
    CREATED: {"sending": SENDING},
    SENDING: {"not_sent": CREATED, "taken": PROCESSING, "paid": PAID, "failed": FAILED, "returned": RETURNED, "lost": UNKNOWN},
    UNKNOWN: {"taken": PROCESSING, "paid": PAID, "failed": FAILED, "returned": RETURNED},
    PROCESSING: {"paid": PAID, "failed": FAILED, "returned": RETURNED},
    PAID: {"returned": RETURNED},
    FAILED: {},
    RETURNED: {},
}


def next_state(table: Table, state: str, event: str) -> str:
    """Where an event leads from a state. Raises Forbidden for a pair that is not in the table."""
    try:
        return table[state][event]
    except KeyError:
        raise Forbidden(f"{event!r} cannot happen to {state!r}.") from None


def allows(table: Table, state: str, event: str) -> bool:
    """Whether an event may happen in a state."""
    return event in table.get(state, {})
