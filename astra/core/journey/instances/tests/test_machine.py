"""Every pair of a state and an event: allowed by the table, or refused."""

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.machine import EVENTS, STATES, TABLE, ChangedMeanwhile, ForbiddenTransition, move
from astra.core.journey.instances.models import Instance, InstanceEvent
from astra.core.journey.instances.tests.cast import make_instance, row

ACTOR = Actor.system("test")
# Said a second time on purpose: the table is judged by it, not by itself.
EXPECTED = {
    "draft": {"token_accepted": "configured"},
    "configured": {
        "token_accepted": "configured",
        "asked_to_run": "configured",
        "started": "starting",
        "postponed": "backoff",
        "refused": "errored",
        "ended": "stopped",
    },
    "starting": {
        "token_accepted": "configured",
        "asked_to_run": "configured",
        "came_online": "online",
        "failed": "backoff",
        "refused": "errored",
        "gave_up": "quarantined",
        "ended": "stopped",
    },
    "online": {
        "token_accepted": "configured",
        "asked_to_run": "configured",
        "faltered": "degraded",
        "failed": "backoff",
        "refused": "errored",
        "gave_up": "quarantined",
        "ended": "stopped",
    },
    "degraded": {
        "token_accepted": "configured",
        "asked_to_run": "configured",
        "came_online": "online",
        "failed": "backoff",
        "refused": "errored",
        "gave_up": "quarantined",
        "ended": "stopped",
    },
    "backoff": {
        "token_accepted": "configured",
        "asked_to_run": "configured",
        "started": "starting",
        "postponed": "backoff",
        "refused": "errored",
        "ended": "stopped",
    },
    "errored": {"token_accepted": "configured", "asked_to_run": "configured", "ended": "stopped"},
    "quarantined": {"token_accepted": "configured", "asked_to_run": "configured", "ended": "stopped"},
    "stopped": {"token_accepted": "configured", "asked_to_run": "configured"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("event", EVENTS)
def test_every_pair(seller, state, event):
    instance_id = make_instance(seller.id, seen_state=state)
    with acting_for(seller.id):
        instance = Instance.objects.get(id=instance_id)
        if event in EXPECTED[state]:
            move(instance, event, actor=ACTOR, reason="because")
            assert instance.seen_state == EXPECTED[state][event]
            written = InstanceEvent.objects.get(instance_id=instance_id)
            assert (written.event, written.from_state, written.to_state, written.reason) == (event, state, instance.seen_state, "because")
        else:
            with pytest.raises(ForbiddenTransition):
                move(instance, event, actor=ACTOR)
            assert not InstanceEvent.objects.filter(instance_id=instance_id).exists()
    assert row(seller.id, instance_id).version == (1 if event in EXPECTED[state] else 0)


def test_the_table_knows_every_state():
    assert set(EXPECTED) == set(STATES)
    assert {state for states, target in TABLE.values() for state in (*states, target)} == set(STATES)


def test_a_move_on_a_changed_row_is_refused(seller):
    instance_id = make_instance(seller.id)
    with acting_for(seller.id):
        one, other = Instance.objects.get(id=instance_id), Instance.objects.get(id=instance_id)
        move(one, "started", actor=ACTOR)
        with pytest.raises(ChangedMeanwhile):
            move(other, "started", actor=ACTOR)


def test_history_cannot_be_changed(seller):
    from django.db import DatabaseError, transaction

    instance_id = make_instance(seller.id)
    with acting_for(seller.id):
        move(Instance.objects.get(id=instance_id), "started", actor=ACTOR)
        for change in (lambda rows: rows.update(reason="x"), lambda rows: rows._raw_delete(rows.db)):
            with pytest.raises(DatabaseError), transaction.atomic():
                change(InstanceEvent.objects.filter(instance_id=instance_id))
