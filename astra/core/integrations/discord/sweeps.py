"""What Discord's client leaves behind."""

from django.db import connection

FORGET = "DELETE FROM foundation_refused_call WHERE minute < extract(epoch FROM clock_timestamp())::bigint / 60 - 60"


def sweep_refused() -> int:
    """Deletes the minutes of more than an hour ago; how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        return int(cursor.rowcount)
