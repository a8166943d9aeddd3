"""Takes what is over out of the cache in the database, which itself only looks when it is full."""

import datetime

from django.db import connection


def sweep_cache() -> int:
    """Deletes entries whose time is over (real time: Django writes them by it); returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM foundation_cache WHERE expires < %s", [datetime.datetime.now(tz=datetime.UTC)])
        return int(cursor.rowcount)
