"""The one table of what may happen to an instance's seen state; anything else raises."""

import uuid
from typing import Any

from astra.core.foundation.audit import Actor
from astra.core.foundation.events import emit
from astra.core.journey.instances.events import InstanceOnline, InstanceTroubled
from astra.core.journey.instances.models import Finding, Instance, InstanceEvent
from astra.core.journey.instances.real_clock import RealNow

STATES = ("draft", "configured", "starting", "online", "degraded", "errored", "backoff", "quarantined", "stopped")
_RUNS = ("starting", "online", "degraded")
# The step of a finding that is about the bot's running, not about its server.
RUN = "run"

# event → (states it may happen in, state it leads to)
TABLE: dict[str, tuple[tuple[str, ...], str]] = {
    "token_accepted": (STATES, "configured"),
    "asked_to_run": (("configured", "stopped", "errored", "backoff", "quarantined", *_RUNS), "configured"),
    "started": (("configured", "backoff"), "starting"),
    "postponed": (("configured", "backoff"), "backoff"),
    "came_online": (("starting", "degraded"), "online"),
    "faltered": (("online",), "degraded"),
    "failed": (_RUNS, "backoff"),
    "refused": (("configured", "backoff", *_RUNS), "errored"),
    "gave_up": (_RUNS, "quarantined"),
    "ended": (("configured", "errored", "backoff", "quarantined", *_RUNS), "stopped"),
}
EVENTS = tuple(TABLE)


class ForbiddenTransition(RuntimeError):
    """Something tried what the table does not allow: a programming error."""


class ChangedMeanwhile(RuntimeError):
    """The row is not the one that was decided on any more; decide again."""


def next_state(state: str, event: str) -> str:
    """Where an event leads. Raises ForbiddenTransition."""
    allowed, target = TABLE[event]
    if state not in allowed:
        raise ForbiddenTransition(f"{event} cannot happen to an instance that is {state}")
    return target


def may_happen(state: str, event: str) -> bool:
    """Whether the table allows an event in a state."""
    return state in TABLE[event][0]


def move(instance: Instance, event: str, *, actor: Actor, reason: str = "", **fields: Any) -> None:
    """Moves an instance in the caller's transaction: state (expected version), fields, one history row, news.

    Raises ForbiddenTransition, ChangedMeanwhile.
    """
    before = instance.seen_state
    target = next_state(before, event)
    values = {"seen_state": target, "reason": reason, "version": instance.version + 1, "since_at": RealNow(), **fields}
    if not Instance.objects.filter(id=instance.id, version=instance.version).update(**values):
        raise ChangedMeanwhile(str(instance.id))
    InstanceEvent.objects.create(
        seller_id=instance.seller_id,
        instance_id=instance.id,
        event=event,
        from_state=before,
        to_state=target,
        reason=reason,
        generation=fields.get("generation", instance.generation),
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    instance.refresh_from_db()
    _note(instance.seller_id, instance.id, event, reason)
    _tell(instance.seller_id, instance.id, event, reason)


def _note(seller_id: uuid.UUID, instance_id: uuid.UUID, event: str, reason: str) -> None:
    """That a bot waits for a person is a finding too, open until it is right again; until then the owners are told of it."""
    open_one = Finding.objects.filter(instance_id=instance_id, step=RUN, place="", closed_at=None)
    if event in ("refused", "gave_up"):
        fields = {"reason": reason, "verdict": "blocked", "facts": {"event": event}}
        if not open_one.update(**fields):
            Finding.objects.create(seller_id=seller_id, instance_id=instance_id, step=RUN, **fields)
    elif event in ("came_online", "ended"):
        open_one.update(closed_at=RealNow())


def _tell(seller_id: uuid.UUID, instance_id: uuid.UUID, event: str, reason: str) -> None:
    if event == "came_online":
        emit(InstanceOnline(seller_id, instance_id))
    elif event in ("refused", "gave_up"):
        emit(InstanceTroubled(seller_id, instance_id, reason))
