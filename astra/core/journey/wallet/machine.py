"""The states of a withdrawal and the only steps between them; the database holds the same table."""

import enum
from typing import Final


class WrongStep(RuntimeError):
    """Something happened that the state of a withdrawal does not allow: a programming error, never an answer to a person."""


class State(enum.StrEnum):
    """Where a withdrawal is."""

    REQUESTED = "requested"
    APPROVED = "approved"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    PAID = "paid"
    FAILED = "failed"
    RETURNED = "returned"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Step(enum.StrEnum):
    """What can happen to a withdrawal."""

    APPROVE = "approve"
    REJECT = "reject"
    CANCEL = "cancel"
    SEND = "send"
    CONFIRM = "confirm"
    FAIL = "fail"
    LOSE = "lose"
    RETURN = "return"


# From unknown nothing leads back to approved: a payout is never sent a second time, it is looked up until it is settled.
TRANSITIONS: Final[dict[tuple[State, Step], State]] = {
    (State.REQUESTED, Step.APPROVE): State.APPROVED,
    (State.REQUESTED, Step.REJECT): State.REJECTED,
    (State.REQUESTED, Step.CANCEL): State.CANCELLED,
    (State.APPROVED, Step.SEND): State.PROCESSING,
    (State.PROCESSING, Step.CONFIRM): State.PAID,
    (State.PROCESSING, Step.FAIL): State.FAILED,
    (State.PROCESSING, Step.LOSE): State.UNKNOWN,
    (State.PROCESSING, Step.RETURN): State.RETURNED,
    (State.UNKNOWN, Step.CONFIRM): State.PAID,
    (State.UNKNOWN, Step.FAIL): State.FAILED,
    (State.UNKNOWN, Step.RETURN): State.RETURNED,
    (State.PAID, Step.RETURN): State.RETURNED,
}

# The money of these is set apart in wallet_reserved.
OPEN: Final = (State.REQUESTED, State.APPROVED, State.PROCESSING, State.UNKNOWN)
# The money of these came back.
BACK: Final = (State.FAILED, State.RETURNED, State.REJECTED, State.CANCELLED)


def next_state(state: str, step: Step) -> State:
    """Where a step leads. Raises WrongStep for a pair that is not in the table."""
    found = TRANSITIONS.get((State(state), step))
    if found is None:
        raise WrongStep(f"{step.value!r} cannot happen to a withdrawal that is {state!r}.")
    return found
