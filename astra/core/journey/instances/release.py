"""Which version of the bot a start gets that is not ahead of the others, and how far a new one is."""

from dataclasses import dataclass

from astra.core.foundation.tenancy.acting import as_system
from astra.core.journey.instances.models import Instance, Rollout


@dataclass(frozen=True, slots=True)
class RolloutProgress:
    """The newest rollout. ``has_it`` and ``waiting`` count running instances."""

    release: str
    state: str
    reason: str
    has_it: int
    waiting: int


def current_release() -> str:
    """The version of the last rollout that reached everybody; "" for the one at hand."""
    newest = Rollout.objects.filter(state="done").order_by("-pk").first()
    return newest.release if newest else ""


def rollout_progress() -> RolloutProgress | None:
    """How far the newest rollout is; None when there was none."""
    newest = Rollout.objects.order_by("-pk").first()
    if newest is None:
        return None
    with as_system():
        running = Instance.objects.filter(archived_at=None, wanted_state="running").exclude(engine="none")
        has_it = running.filter(release=newest.release).count()
        waiting = running.filter(release="").count()
    return RolloutProgress(newest.release, newest.state, newest.reason, has_it, waiting)
