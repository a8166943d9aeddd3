"""Counts a try before it is weighed, so that many at once cannot pass together."""

import hashlib

from django.db import connection

WINDOW_SECONDS = 300
# Two windows may meet inside five minutes: five each are ten.
PER_ACCOUNT = 5
PER_ADDRESS = 50

# One statement is one lock of one row: whoever comes second sees what the first one wrote.
_COUNT = """
INSERT INTO accounts_attempt AS kept (scope, tries, until)
VALUES (%(scope)s, 1, astra_now() + %(window)s * interval '1 second')
ON CONFLICT (scope) DO UPDATE SET
    tries = CASE WHEN kept.until <= astra_now() THEN 1 ELSE kept.tries + 1 END,
    until = CASE WHEN kept.until <= astra_now() THEN astra_now() + %(window)s * interval '1 second' ELSE kept.until END
RETURNING tries
"""
_FORGET_OLD = "DELETE FROM accounts_attempt WHERE until < astra_now() - interval '1 hour'"


def count_attempt(kind: str, whom: str, limit: int, *, window_seconds: int = WINDOW_SECONDS) -> bool:
    """Counts one try of a kind against somebody; whether it may be weighed: False beyond ``limit`` in the window.

    ``whom`` (an address of mail or network, a person's id) is kept as a hash only. Runs outside any transaction, so that a
    refused try stays counted.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"scope": _scope(kind, whom), "window": window_seconds})
        row = cursor.fetchone()
        tries = int(row[0]) if row else limit + 1
        if tries == 1:
            cursor.execute(_FORGET_OLD)
    return tries <= limit


def forgive_attempt(kind: str, whom: str) -> None:
    """Takes one try back: it was the right one, and people who sign in often are no guessers."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_attempt SET tries = tries - 1 WHERE scope = %s AND tries > 0", [_scope(kind, whom)])


def _scope(kind: str, whom: str) -> str:
    return f"{kind}:{hashlib.sha256(whom.encode()).hexdigest()[:40]}"
