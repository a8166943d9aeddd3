"""Which instances a look of the supervisor has to decide about. Thousands of bots that run well must cost next to nothing a second."""

import datetime
import uuid
from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.db.models.functions import Coalesce

from astra.core.integrations.engines.port import ABSENT, CopySeen
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.supervisor.decide import MISSED_SECONDS

RUNS = ("starting", "online", "degraded")

Surveys = Mapping[str, Mapping[uuid.UUID, CopySeen]]


def due_by_row(engines: Iterable[str], now: datetime.datetime) -> Q:
    """Rows that ask for a decision by themselves: something is wanted that is not so, a deadline is over, a heartbeat is missing."""
    rests = ~Q(wanted_state="running") | Q(archived_at__isnull=False)
    waits = Q(seen_state__in=("configured", "backoff")) & (Q(deadline_at=None) | Q(deadline_at__lte=now))
    silent_since = now - datetime.timedelta(seconds=MISSED_SECONDS)
    return Q(engine__in=list(engines)) & (
        (rests & ~Q(seen_state__in=("stopped", "draft")))
        | (~rests & waits)
        | (~rests & Q(seen_state__in=("starting", "degraded")))
        | (~rests & Q(seen_state="online", heard_at__lt=silent_since))
    )


def due_rows(engines: Iterable[str], now: datetime.datetime, besides: set[uuid.UUID]) -> list[Instance]:
    """The rows to decide about, oldest first: those due by themselves and those that an engine tells of."""
    heard = Instance.objects.annotate(heard_at=Coalesce("last_heartbeat_at", "since_at"))
    return list(heard.filter(due_by_row(engines, now) | Q(id__in=besides)).order_by("id"))


def differences(surveys: Surveys) -> tuple[set[uuid.UUID], list[tuple[str, uuid.UUID]]]:
    """Compares every row with what runs: instances where they differ, and orphans (engine, instance) that no row wants there.

    An orphan has no row, or its row belongs to another engine. A copy of an older generation is a difference of its row.
    """
    rows = Instance.objects.filter(engine__in=list(surveys)).values_list(
        "id", "engine", "generation", "seen_state", "wanted_state", "archived_at"
    )
    found: set[uuid.UUID] = set()
    wanted: dict[str, set[uuid.UUID]] = {name: set() for name in surveys}
    for instance_id, name, generation, seen_state, wanted_state, archived_at in rows.iterator(chunk_size=5_000):
        wanted[name].add(instance_id)
        copy = surveys[name].get(instance_id, ABSENT)
        should_run = wanted_state == "running" and archived_at is None and seen_state in RUNS
        if (copy.state == "running") != should_run or (should_run and copy.generation != generation):
            found.add(instance_id)
    return found, [(name, instance_id) for name, seen in surveys.items() for instance_id in seen if instance_id not in wanted[name]]
