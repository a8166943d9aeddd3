"""The states of a delivery and of its notice, and the only steps between them."""

import enum


class State(enum.StrEnum):
    """Where one order line is on its way to the buyer."""

    PENDING = "pending"
    ATTEMPTING = "attempting"
    DELIVERED = "delivered"
    WAITING_STOCK = "waiting_stock"
    ACTION_REQUIRED = "action_required"
    DEAD_LETTER = "dead_letter"


class Step(enum.StrEnum):
    """What can happen to a delivery."""

    FALLS_SHORT = "falls_short"
    IS_SERVED = "is_served"
    IS_CLAIMED = "is_claimed"
    IS_SENT = "is_sent"
    IS_BLOCKED = "is_blocked"
    IS_RETRIED = "is_retried"
    IS_GIVEN_UP = "is_given_up"
    IS_REVEALED = "is_revealed"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.PENDING, Step.FALLS_SHORT): State.WAITING_STOCK,
    (State.PENDING, Step.IS_CLAIMED): State.ATTEMPTING,
    (State.PENDING, Step.IS_REVEALED): State.DELIVERED,
    (State.ATTEMPTING, Step.IS_CLAIMED): State.ATTEMPTING,
    (State.ATTEMPTING, Step.IS_SENT): State.DELIVERED,
    (State.ATTEMPTING, Step.IS_BLOCKED): State.ACTION_REQUIRED,
    (State.ATTEMPTING, Step.IS_RETRIED): State.PENDING,
    (State.ATTEMPTING, Step.IS_GIVEN_UP): State.DEAD_LETTER,
    (State.ATTEMPTING, Step.IS_REVEALED): State.DELIVERED,
    (State.WAITING_STOCK, Step.IS_SERVED): State.PENDING,
    (State.ACTION_REQUIRED, Step.IS_CLAIMED): State.ATTEMPTING,
    (State.ACTION_REQUIRED, Step.IS_RETRIED): State.PENDING,
    (State.ACTION_REQUIRED, Step.IS_REVEALED): State.DELIVERED,
    (State.DEAD_LETTER, Step.IS_RETRIED): State.PENDING,
    (State.DEAD_LETTER, Step.IS_REVEALED): State.DELIVERED,
}


def sources(step: Step) -> list[str]:
    """The states from which a step may be taken."""
    return [state.value for (state, taken) in TRANSITIONS if taken == step]


def target(step: Step) -> str:
    """Where a step leads: every step leads to one state, whatever it starts from."""
    (found,) = {state for (_, taken), state in TRANSITIONS.items() if taken == step}
    return found.value


class NoticeState(enum.StrEnum):
    """Where the one message about an order is. ``parked`` waits for the seller's bot token."""

    PENDING = "pending"
    ATTEMPTING = "attempting"
    SENT = "sent"
    CLOSED = "closed"
    PARKED = "parked"
    DEAD_LETTER = "dead_letter"


class About(enum.StrEnum):
    """What the notice tells the buyer."""

    READY = "ready"
    WAITING = "waiting"
