"""What Discord's client leaves behind."""

from django.db import connection

from astra.core.integrations.discord.shared_budget import MINUTE

FORGET = f"DELETE FROM foundation_refused_call WHERE minute < {MINUTE} - 60"  # noqa: S608


def sweep_refused() -> int:
    """Deletes the minutes of more than an hour ago; how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        return int(cursor.rowcount)
