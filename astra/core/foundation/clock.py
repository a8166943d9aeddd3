"""The product's time is the database's: ``astra_now()``, which tests and the demo can move."""

import datetime

from django.db import connection
from django.db.models import DateTimeField, Func


class AstraNow(Func):
    """``astra_now()`` as an expression, for defaults and comparisons in queries."""

    function = "astra_now"
    template = "%(function)s()"
    output_field = DateTimeField()
    arity = 0


def current_instant() -> datetime.datetime:
    """The database's product time (start of the transaction), as an aware UTC datetime."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT astra_now()")
        instant: datetime.datetime = cursor.fetchone()[0]
    return instant
