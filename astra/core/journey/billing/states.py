"""The states of a subscription and what leads from one to another: one table, which the database has too."""

from typing import Final

TRIALING: Final = "trialing"
ACTIVE: Final = "active"
PAST_DUE: Final = "past_due"
SUSPENDED: Final = "suspended"
CANCELLED: Final = "cancelled"
EXPIRED: Final = "expired"

# (state, event) → state. A state that is named with no event of its kind refuses it.
TABLE: dict[tuple[str, str], str] = {
    (TRIALING, "paid"): ACTIVE,
    (TRIALING, "trial_ended"): EXPIRED,
    (ACTIVE, "upgraded"): ACTIVE,
    (ACTIVE, "renewed"): ACTIVE,
    (ACTIVE, "period_ended"): PAST_DUE,
    (ACTIVE, "ended_as_asked"): CANCELLED,
    (PAST_DUE, "renewed"): ACTIVE,
    (PAST_DUE, "grace_ended"): SUSPENDED,
    (PAST_DUE, "ended_as_asked"): CANCELLED,
    (SUSPENDED, "paid"): ACTIVE,
    (SUSPENDED, "kept_long"): EXPIRED,
    (CANCELLED, "paid"): ACTIVE,
    (EXPIRED, "paid"): ACTIVE,
}
SELLING: Final = frozenset({TRIALING, ACTIVE, PAST_DUE})


class IllegalMove(RuntimeError):
    """A subscription was to do what its state does not allow: a programming error."""


def after(state: str, event: str) -> str:
    """The state after an event. Raises IllegalMove."""
    if (state, event) not in TABLE:
        raise IllegalMove(f"{event} in {state}")
    return TABLE[state, event]


def pairs() -> set[tuple[str, str]]:
    """Every (from, to) that may be seen; staying in a state is always allowed."""
    return {(before, to) for (before, _event), to in TABLE.items() if before != to}
