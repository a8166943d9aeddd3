"""Real time of the database. Life and death of processes and credentials are counted in real seconds: moving the product's
clock (``astra clock +8d``) must neither kill every bot nor bring an old credential back."""

import datetime

from django.db import connection
from django.db.models import DateTimeField, Func


class RealNow(Func):
    """The database's wall clock as an expression; no program's own clock decides anything."""

    function = "clock_timestamp"
    template = "%(function)s()"
    output_field = DateTimeField()
    arity = 0


def real_instant() -> datetime.datetime:
    """The database's wall clock, as an aware UTC datetime."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime.datetime = cursor.fetchone()[0]
    return instant
