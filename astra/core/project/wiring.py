"""Which event starts which job, which action applies a settled charge, and what is swept: on one screen."""

from collections.abc import Iterable, Mapping

from astra.core.foundation.events import Event


def events() -> Mapping[type[Event], Iterable[str]]:
    """Event → names of the jobs it starts, in order."""
    return {}


def register_purposes() -> None:
    """Purpose of a charge or payout → the action that applies it."""
