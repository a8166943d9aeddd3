"""Whom a look of the supervisor decides about, and what the comparison of rows and copies finds, for any engine."""

import datetime
import uuid

import pytest

from astra.core.foundation.tenancy.acting import as_system
from astra.core.integrations.engines.port import ABSENT, CopySeen
from astra.core.journey.instances.machine import STATES
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.supervisor.decide import MISSED_SECONDS, decide
from astra.core.journey.instances.supervisor.due import differences, due_rows
from astra.core.journey.instances.tests.cast import make_instance

pytestmark = [pytest.mark.django_db]
RUNNING = CopySeen("running", 0)


def due(seller, engines=("local",), besides=()):
    with as_system():
        return {row.id for row in due_rows(engines, real_instant(), set(besides))}


def ago(seconds: float) -> datetime.datetime:
    return real_instant() - datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize("wanted_state", ["running", "stopped"])
@pytest.mark.parametrize("seen_state", STATES)
@pytest.mark.parametrize("heard", [1, MISSED_SECONDS + 5])
@pytest.mark.parametrize("deadline", [None, -5, 60])
def test_no_row_that_has_something_to_do_is_passed_over(seller, wanted_state, seen_state, heard, deadline):
    """Whenever ``decide`` finds a step for a copy that is as the row says, the query finds the row."""
    from astra.core.journey.instances.actions.reconcile_instance import recorded
    from astra.core.journey.instances.models import Instance

    made = make_instance(
        seller.id,
        wanted_state=wanted_state,
        seen_state=seen_state,
        last_heartbeat_at=ago(heard),
        deadline_at=None if deadline is None else ago(-deadline),
    )
    found = made in due(seller)
    with as_system():
        row = Instance.objects.get(id=made)
    copy = RUNNING if seen_state in ("starting", "online", "degraded") else ABSENT
    if decide(recorded(row), copy, real_instant(), 3600.0).kind:
        assert found
    if seen_state in ("online", "errored", "quarantined", "draft") and wanted_state == "running" and heard == 1:
        assert not found


def test_thousands_that_run_well_are_not_read(seller):
    made = make_instance(seller.id, seen_state="online", last_heartbeat_at=ago(1))
    assert due(seller) == set()
    assert due(seller, besides=[made]) == {made}
    assert due(seller, engines=("pool",)) == set()


@pytest.mark.parametrize("engine", ["local", "pool", "docker", "kubernetes"])
def test_rows_and_copies_are_compared_and_orphans_found(seller, engine):
    well = make_instance(seller.id, engine=engine, seen_state="online", generation=3)
    older = make_instance(seller.id, engine=engine, seen_state="online", generation=3)
    vanished = make_instance(seller.id, engine=engine, seen_state="online", generation=3)
    unwanted = make_instance(seller.id, engine=engine, seen_state="quarantined", generation=3)
    rests = make_instance(seller.id, engine=engine, seen_state="stopped", wanted_state="stopped", generation=3)
    moved = make_instance(seller.id, engine="none", seen_state="online", generation=3)
    nobody = uuid.uuid4()
    running = {one: CopySeen("running", 3) for one in (well, unwanted, moved, nobody)}
    with as_system():
        found, orphans = differences({engine: {**running, older: CopySeen("running", 2), rests: CopySeen("ended", 3, "told_to_stop")}})
    assert found == {older, vanished, unwanted}
    assert sorted(orphans) == sorted([(engine, moved), (engine, nobody)])
