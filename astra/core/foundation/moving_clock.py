"""Moves the product's time, where it may be moved: in the demo and in tests. The database refuses it anywhere else."""

import contextlib
import datetime

import httpx
from django.conf import settings
from django.db import DatabaseError, connection

MOVABLE_IN = ("demo", "test")


def clock_offset() -> datetime.timedelta:
    """How far the product's time is from the real one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT offset_by FROM foundation_clock")
        row = cursor.fetchone()
    return row[0] if row is not None else datetime.timedelta()


def move_clock(by: datetime.timedelta) -> datetime.timedelta:
    """Adds to the database's offset and returns the sum; the sandboxes are set to the same, as far as they run.

    Raises DatabaseError where this installation's time cannot be moved; then nothing was changed.
    """
    if settings.ASTRA_ENVIRONMENT not in MOVABLE_IN:
        raise DatabaseError("This installation's clock cannot be moved.")  # the database would say the same
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE foundation_clock SET offset_by = offset_by + %s::interval RETURNING offset_by", [f"{by.total_seconds()} seconds"]
        )
        total: datetime.timedelta = cursor.fetchone()[0]
    for address in (settings.ASTRA_DISCORD_SITE, settings.ASTRA_SANDBOX_PAYMENTS_URL):
        with contextlib.suppress(httpx.HTTPError):
            httpx.post(f"{address}/_sandbox/clock", json={"offset_seconds": int(total.total_seconds())}, timeout=5)
    return total
