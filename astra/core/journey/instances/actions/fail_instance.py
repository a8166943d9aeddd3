"""What a failure leads to: another try after a pause that doubles, rest after five starts, or a wait for a person."""

import datetime

from django.db.models import Exists, OuterRef

from astra.core.foundation.audit import Actor
from astra.core.journey.instances.machine import may_happen, move
from astra.core.journey.instances.models import Instance, InstanceEvent
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.reasons import PERMANENT

FIRST_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 300
# Discord counts sign-ins by the day, and resets the token of whoever has too many.
RESTS_SECONDS = {"identify_budget": 24 * 3_600}
# The installation could not make the start: nothing ran, nobody signed in at Discord, and no bot is to blame. It is tried for as long as
# it takes. A process that was not started for a cause of its own (process_not_started) still counts: a person should look.
NEVER_RAN = frozenset({"engine_unreachable", "image_missing", "egress_missing", "networks_exhausted", "copy_still_runs"})
STARTS_ALLOWED = 5
STARTS_WINDOW_MINUTES = 10


def fail_instance(instance: Instance, reason: str, *, actor: Actor) -> str:
    """Decides on a failure in the caller's transaction; returns the state it led to (the old one if nothing may happen)."""
    if reason in PERMANENT:
        if may_happen(instance.seen_state, "refused"):
            move(instance, "refused", actor=actor, reason=reason, deadline_at=None)
        return instance.seen_state
    if not may_happen(instance.seen_state, "failed"):
        return instance.seen_state
    now = real_instant()
    if reason in RESTS_SECONDS:
        until = now + datetime.timedelta(seconds=RESTS_SECONDS[reason])
        move(instance, "failed", actor=actor, reason=reason, failures=instance.failures + 1, deadline_at=until)
        return instance.seen_state
    # Discord counts identifies; an engine without a process makes none and may try for as long as it takes.
    makes_none = instance.engine == "none" or reason in NEVER_RAN
    if not makes_none and starts_counted(instance, now) >= STARTS_ALLOWED:
        move(instance, "gave_up", actor=actor, reason=reason, deadline_at=None)
        return instance.seen_state
    move(
        instance,
        "failed",
        actor=actor,
        reason=reason,
        failures=instance.failures + 1,
        deadline_at=now + datetime.timedelta(seconds=pause_seconds(instance.failures)),
    )
    return instance.seen_state


def pause_seconds(failures_before: int) -> int:
    """How long to wait after a failure: 5 s, doubling, at most five minutes."""
    doubled: int = FIRST_PAUSE_SECONDS << min(failures_before, 16)
    return min(doubled, LONGEST_PAUSE_SECONDS)


def starts_counted(instance: Instance, now: datetime.datetime) -> int:
    """How many starts of the last ten minutes, since a person last wanted it to run, count toward its quarantine: those of which something
    ran. Call it in the seller's block."""
    since = max(now - datetime.timedelta(minutes=STARTS_WINDOW_MINUTES), instance.starts_counted_from_at)
    never_ran = InstanceEvent.objects.filter(
        instance_id=OuterRef("instance_id"), generation=OuterRef("generation"), event="failed", reason__in=NEVER_RAN
    )
    starts = InstanceEvent.objects.filter(instance_id=instance.id, event="started", at__gte=since)
    return starts.exclude(Exists(never_ran)).count()
