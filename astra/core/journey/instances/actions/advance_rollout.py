"""One step of a rollout: the next few instances get the new version, or it is halted and taken back."""

import datetime
import uuid
from collections.abc import Iterable

from django.db.models import F

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.integrations.engines.engine import engines_with_processes
from astra.core.journey.instances.actions.begin_rollout import halt_rollout
from astra.core.journey.instances.actions.start_instance import ask_to_run
from astra.core.journey.instances.models import Instance, InstanceEvent, Rollout
from astra.core.journey.instances.real_clock import RealNow, real_instant
from astra.core.journey.instances.release import current_release

ACTOR = Actor.system("supervisor")
# The first instance goes alone; then twice as many each time, at most this many.
MOST_AT_ONCE = 10
# Of those that have the new version at most one in twenty may fail with it; of the first twenty, none.
ONE_IN = 20
# Whoever is not online with the new version by then has failed with it.
ONLINE_SECONDS = 180
# What a version is not to blame for: the world around the bot, or its own token.
NOT_ITS_FAULT = frozenset(
    {
        *("token_invalid", "discord_unreachable", "engine_unreachable", "core_unreachable"),
        *("copy_still_runs", "identify_budget", "egress_missing", "quiet"),
    }
)
_IN_TROUBLE = ("failed", "gave_up", "refused")


def advance_rollout() -> str:
    """Does at most one step for the installation; returns its word ("" for none): moved, halted, done, tidied.

    Re-entrant: everything it knows is in the rows, whoever dies in it leaves a state from which the next call goes on. Called by the
    one supervisor only.
    """
    rollout = Rollout.objects.filter(state="rolling").first()
    with as_system():
        ahead = list(Instance.objects.exclude(release="").order_by("upgraded_at"))
    # What an earlier rollout left is tidied first: whoever still bears its mark would be passed over by this one.
    if left := [row for row in ahead if rollout is None or row.release != rollout.release]:
        return _tidy(left)
    if rollout is None:
        return ""
    has_it = [row for row in ahead if row.release == rollout.release and row.archived_at is None and row.wanted_state == "running"]
    failed = _failed(has_it)
    if failed and (len(has_it) <= ONE_IN or len(failed) * ONE_IN > len(has_it)):
        halt_rollout(reason=", ".join(sorted(set(failed.values()))))
        return "halted"
    settled_before = real_instant() - datetime.timedelta(seconds=rollout.settle_seconds)
    for row in has_it:
        is_well = row.seen_state == "online" and row.since_at <= settled_before
        if not is_well and row.id not in failed and row.reason not in NOT_ITS_FAULT:
            return ""  # it is on its way: the others wait
    following = _following(min(max(len(has_it), 1), MOST_AT_ONCE))
    if following:
        moved = sum(_move(seller_id, instance_id, rollout.release) for seller_id, instance_id in following)
        return "moved" if moved else ""
    Rollout.objects.filter(pk=rollout.pk, state="rolling").update(state="done", ended_at=RealNow())
    return "done"


def _failed(rows: Iterable[Instance]) -> dict[uuid.UUID, str]:
    """Those that failed since they have the new version, with the reason."""
    with as_system():
        events = InstanceEvent.objects.filter(
            event__in=_IN_TROUBLE, instance_id__in=[row.id for row in rows], at__gte=F("instance__upgraded_at")
        ).exclude(reason__in=NOT_ITS_FAULT)
        found: dict[uuid.UUID, str] = dict(events.values_list("instance_id", "reason"))
    late = real_instant() - datetime.timedelta(seconds=ONLINE_SECONDS)
    for row in rows:
        is_late = row.upgraded_at is not None and row.upgraded_at < late
        if is_late and row.seen_state in ("configured", "starting") and row.reason not in NOT_ITS_FAULT:
            found.setdefault(row.id, "start_timeout")
    return found


def _following(count: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The next ones: the early channel as long as it has any, then the stable one. One that is in trouble now is left alone: it gets
    the version with its next start when the rollout is done."""
    with as_system():
        waiting = Instance.objects.filter(
            archived_at=None, wanted_state="running", seen_state="online", release="", engine__in=engines_with_processes()
        ).order_by("id")
        for channel, _name in Instance.CHANNELS:
            if found := list(waiting.filter(release_channel=channel).values_list("seller_id", "id")[:count]):
                return found
    return []


def _move(seller_id: uuid.UUID, instance_id: uuid.UUID, release: str) -> bool:
    with acting_for(seller_id):
        row = Instance.objects.select_for_update().filter(id=instance_id, release="", seen_state="online", wanted_state="running").first()
        if row is None:
            return False
        Instance.objects.filter(id=row.id).update(release=release, upgraded_at=RealNow())
        ask_to_run(row, ACTOR)
    return True


def _tidy(ahead: list[Instance]) -> str:
    """After the end of their rollout: the version is everybody's (nothing restarts), or it was taken back and whoever has it starts with
    the old one."""
    current = current_release()
    for listed in ahead:
        with acting_for(listed.seller_id):
            row = Instance.objects.select_for_update().get(id=listed.id)
            has_to_go_back = row.release not in ("", current) and row.archived_at is None and row.wanted_state == "running"
            Instance.objects.filter(id=row.id).update(release="", upgraded_at=None)
            if has_to_go_back and row.reason != "token_invalid":
                ask_to_run(row, ACTOR)
    return "tidied"
