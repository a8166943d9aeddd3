"""When things are looked at again."""

import datetime
from datetime import timedelta

import pytest

from astra.core.payments.schedule import backoff, look_at_charge, look_at_refund, watch_approved

MADE = datetime.datetime(2026, 12, 7, 12, 0, tzinfo=datetime.UTC)


def looks(lives: timedelta, until: timedelta) -> list[float]:
    """All looks at a charge, in seconds after it was made."""
    found, now = [], MADE
    while (at := look_at_charge(made_at=MADE, expires_at=MADE + lives, now=now)) is not None and at - MADE <= until:
        assert at > now
        found.append((at - MADE).total_seconds())
        now = at
    return found


def test_a_charge_of_a_quarter_of_an_hour() -> None:
    after = [15 * 60 + number for number in (60, 3600, 86_400, 7 * 86_400, 35 * 86_400)]
    assert looks(timedelta(minutes=15), timedelta(days=90)) == [10, 30, 60, 120, 300, 600, *after]


def test_a_charge_that_lives_for_a_month_is_looked_at_every_five_minutes() -> None:
    late = MADE + timedelta(days=20, seconds=7)
    at = look_at_charge(made_at=MADE, expires_at=MADE + timedelta(days=30), now=late)
    assert at is not None
    assert timedelta(0) < at - late <= timedelta(minutes=5)


def test_a_charge_is_given_up_after_its_last_look() -> None:
    assert look_at_charge(made_at=MADE, expires_at=MADE, now=MADE + timedelta(days=36)) is None


def test_a_refund_is_looked_at_for_ever() -> None:
    now, found = MADE, []
    for _ in range(6):
        now = look_at_refund(asked_at=MADE, now=now)
        found.append((now - MADE).total_seconds())
    assert found == [30, 120, 600, 3600, 7200, 10_800]


def test_an_approved_charge_is_watched_for_eighty_days() -> None:
    assert watch_approved(approved_at=MADE, now=MADE + timedelta(days=31)) == MADE + timedelta(days=80)
    assert watch_approved(approved_at=MADE, now=MADE + timedelta(days=81)) is None


@pytest.mark.parametrize(("troubles", "seconds"), [(0, 5), (1, 5), (2, 10), (3, 20), (8, 600), (1000, 600)])
def test_troubles_double_the_wait_up_to_ten_minutes(troubles: int, seconds: int) -> None:
    assert backoff(troubles) == timedelta(seconds=seconds)
