"""What a failure leads to."""

import datetime

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.fail_instance import fail_instance
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.tests.cast import make_instance

pytestmark = [pytest.mark.django_db]


@pytest.mark.parametrize(("reason", "seconds"), [("process_ended", 5), ("identify_budget", 24 * 3_600), ("invalid_request_budget", 300)])
def test_it_rests_for_as_long_as_the_reason_asks(seller, reason, seconds):
    made = make_instance(seller.id, seen_state="online")
    with acting_for(seller.id):
        assert fail_instance(Instance.objects.get(id=made), reason, actor=Actor.system("test")) == "backoff"
        row = Instance.objects.get(id=made)
        now = real_instant()
    assert row.reason == reason
    assert row.deadline_at is not None
    assert datetime.timedelta(seconds=seconds - 4) < row.deadline_at - now <= datetime.timedelta(seconds=seconds)
