"""What a failure leads to."""

import datetime

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.port import CannotStart
from astra.core.journey.instances.actions.fail_instance import NEVER_RAN, STARTS_ALLOWED, fail_instance
from astra.core.journey.instances.actions.reconcile_instance import reconcile_instance
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import starts_lately
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.tests.cast import change, make_instance, row

pytestmark = [pytest.mark.django_db]


def try_to_start(seller, instance_id, times):
    """The supervisor's step, each time as if the pause before it were over."""
    for _ in range(times):
        change(seller.id, instance_id, deadline_at=None)
        reconcile_instance(seller_id=seller.id, instance_id=instance_id, core_up_seconds=3600.0)


def test_a_start_of_which_nothing_ran_counts_neither_now_nor_later(seller, monkeypatch):
    """The machine was away; afterwards the bot fails for causes of its own and has all its five starts left."""
    made, refusal = make_instance(seller.id), "engine_unreachable"

    def refuse(_order):
        if refusal:
            raise CannotStart(refusal)

    monkeypatch.setattr(engine("local"), "start", refuse)
    for refusal in sorted(NEVER_RAN):
        try_to_start(seller, made, 2)
        assert (row(seller.id, made).seen_state, row(seller.id, made).reason) == ("backoff", refusal)
    assert starts_lately(seller.id, made).lately == 0
    refusal = ""
    for number in range(1, STARTS_ALLOWED + 1):
        assert row(seller.id, made).seen_state == "backoff"
        try_to_start(seller, made, 1)
        assert (row(seller.id, made).seen_state, starts_lately(seller.id, made).lately) == ("starting", number)
        reconcile_instance(seller_id=seller.id, instance_id=made, core_up_seconds=3600.0)  # it is gone already
    assert row(seller.id, made).seen_state == "quarantined"


def test_a_process_that_does_not_start_for_a_cause_of_its_own_counts(seller, monkeypatch):
    def refuse(_order):
        raise CannotStart("process_not_started")

    made = make_instance(seller.id)
    monkeypatch.setattr(engine("local"), "start", refuse)
    try_to_start(seller, made, STARTS_ALLOWED)
    assert row(seller.id, made).seen_state == "quarantined"


@pytest.mark.parametrize(("reason", "seconds"), [("process_ended", 5), ("identify_budget", 24 * 3_600)])
def test_it_rests_for_as_long_as_the_reason_asks(seller, reason, seconds):
    made = make_instance(seller.id, seen_state="online")
    with acting_for(seller.id):
        assert fail_instance(Instance.objects.get(id=made), reason, actor=Actor.system("test")) == "backoff"
        row = Instance.objects.get(id=made)
        now = real_instant()
    assert row.reason == reason
    assert row.deadline_at is not None
    assert datetime.timedelta(seconds=seconds - 4) < row.deadline_at - now <= datetime.timedelta(seconds=seconds)
