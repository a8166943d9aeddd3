"""Moves the product's time in a test."""

import datetime

import pytest


class MovableClock:
    """The database's offset; a test's rollback puts it back."""

    def move(self, **by: float) -> None:
        """Moves ``astra_now()`` forward (or back) by a timedelta's words: ``clock.move(minutes=20)``."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE foundation_clock SET offset_by = offset_by + %s::interval", [f"{datetime.timedelta(**by).total_seconds()} seconds"]
            )

    def now(self) -> datetime.datetime:
        """The product's time."""
        from astra.core.foundation.clock import current_instant

        return current_instant()


@pytest.fixture
def clock(db: None) -> MovableClock:
    """The product's clock, movable."""
    return MovableClock()
