"""Ends every bot of this installation, for a machine that is shut down."""

import time
import uuid

import structlog
from django.db import DatabaseError

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.integrations.engines.engine import engine, engines_with_processes
from astra.core.integrations.engines.port import EngineAway
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Instance

PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.1
ACTOR = Actor.system("supervisor")

log = structlog.get_logger("astra.supervisor")


def end_bots() -> int:
    """Ends them all and returns how many are left after twenty seconds.

    What is wanted does not change: the next supervisor starts them again at once, and it does not count as a failure.
    Without a database the processes are ended all the same.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    for name in engines_with_processes():
        runner = engine(name)
        try:
            left = set(runner.known())
        except EngineAway:
            log.warning("end_bots.engine_away", engine=name)  # its machine ends them, or the next supervisor adopts them
            continue
        while left and time.monotonic() < deadline:
            left -= {instance_id for instance_id in left if runner.stop(instance_id)}
            if left:
                time.sleep(POLL_SECONDS)
        runner.end_strays()
        for instance_id in set(runner.known()) - left:
            try:
                _begin_afresh(instance_id)
            except DatabaseError as error:
                log.warning("end_bots.database", error=type(error).__name__)
            runner.forget(instance_id)
        if left:
            log.error("end_bots.left", engine=name, left=len(left))
            return len(left)
    return 0


def _begin_afresh(instance_id: uuid.UUID) -> None:
    with as_system():
        row = Instance.objects.filter(id=instance_id, wanted_state="running", seen_state__in=("starting", "online", "degraded")).first()
    if row is not None:
        with acting_for(row.seller_id):
            instance = Instance.objects.select_for_update().get(id=instance_id)
            move(instance, "asked_to_run", actor=ACTOR, generation=instance.generation + 1, deadline_at=None)
