"""When things are looked at again: moments computed from what is known, in the database's time."""

import datetime
from collections.abc import Iterable
from datetime import timedelta

# A job that was started by an event gets this long before the sweep takes its place; a sweep's claim lasts as long.
LEASE = timedelta(seconds=30)
FIRST_LOOK = timedelta(seconds=10)
PATIENCE = timedelta(seconds=60)  # how long a buyer waits for a provider that cannot be reached
PARKED_FOR = timedelta(hours=24)

_AFTER_MAKING = tuple(timedelta(seconds=number) for number in (10, 30, 60, 120, 300))
_EVERY = timedelta(minutes=5)
_AFTER_EXPIRY = (timedelta(minutes=1), timedelta(hours=1), timedelta(hours=24), timedelta(days=7), timedelta(days=35))
_AFTER_APPROVAL = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=80))
_OF_REFUND = tuple(timedelta(seconds=number) for number in (30, 120, 600, 3600))
_AFTER_PAYOUT = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))

LONGEST_BACKOFF_SECONDS = 600


def look_at_charge(*, made_at: datetime.datetime, expires_at: datetime.datetime, now: datetime.datetime) -> datetime.datetime | None:
    """The janitor's next look at a charge that may still be paid; None when it no longer can (35 days after expiry)."""
    moments = [made_at + after for after in _AFTER_MAKING]
    moment = moments[-1] + _EVERY
    if moment < now < expires_at:  # never a long list, however long a charge lives
        moment += _EVERY * ((now - moment) // _EVERY)
    while moment < expires_at and moment <= now + _EVERY:
        moments.append(moment)
        moment += _EVERY
    return _first_after(now, [*moments, *(expires_at + after for after in _AFTER_EXPIRY)])


def watch_approved(*, approved_at: datetime.datetime, now: datetime.datetime) -> datetime.datetime | None:
    """The slow watch for refunds nobody asked for, as long as the payer's bank may demand one (80 days)."""
    return _first_after(now, [approved_at + after for after in _AFTER_APPROVAL])


def look_at_refund(*, asked_at: datetime.datetime, now: datetime.datetime) -> datetime.datetime:
    """The next look at a refund or payout that has not settled: 30 s, 2 min, 10 min, 1 h, then hourly."""
    return _first_after(now, [asked_at + after for after in _OF_REFUND]) or now + _OF_REFUND[-1]


def watch_paid_payout(*, paid_at: datetime.datetime, now: datetime.datetime) -> datetime.datetime | None:
    """The slow watch for a payout that the receiving bank sends back."""
    return _first_after(now, [paid_at + after for after in _AFTER_PAYOUT])


def backoff(troubles: int) -> timedelta:
    """The wait after the nth failure in a row: 5 s, doubled up to ten minutes."""
    return timedelta(seconds=min(5 * 2 ** min(max(troubles - 1, 0), 10), LONGEST_BACKOFF_SECONDS))


def _first_after(now: datetime.datetime, moments: Iterable[datetime.datetime]) -> datetime.datetime | None:
    return min((moment for moment in moments if moment > now), default=None)
