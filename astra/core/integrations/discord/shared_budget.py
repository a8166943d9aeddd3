"""What Discord refused to this whole installation lately: all processes of the core and all bots leave by one address.

Fact: Discord bans an address for a while after 10,000 answers of 401, 403 or 429 (not of scope "shared") in ten minutes
(docs.discord.com, Rate Limits, "Invalid Request Limit"). Real time, by the database's clock: Discord does not know the product's.
"""

from django.db import DatabaseError, connection

# The core and all bots together; the rest is for what is not counted yet and for other programs behind the same address.
BUDGET = 5_000
# So near the ban nobody may ask, however well he was answered until now.
DANGER = 8_000
# For how long a bot keeps to what it was told here, unless it hears it again: several heartbeats.
WORD_SECONDS = 60
WINDOW_MINUTES = 10
ADD = """
INSERT INTO foundation_refused_call AS kept (minute, calls) VALUES (extract(epoch FROM clock_timestamp())::bigint / 60, %s)
ON CONFLICT (minute) DO UPDATE SET calls = kept.calls + EXCLUDED.calls
"""
SUM = "SELECT coalesce(sum(calls), 0) FROM foundation_refused_call WHERE minute > extract(epoch FROM clock_timestamp())::bigint / 60 - %s"


def count_refused(calls: int) -> int:
    """Adds refused calls, in the caller's transaction if there is one; returns how many there were in ten minutes, these too."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [calls])
    return refused_lately()


def refused_lately() -> int:
    """How many calls of the installation Discord refused in the last ten minutes."""
    with connection.cursor() as cursor:
        cursor.execute(SUM, [WINDOW_MINUTES])
        return int(cursor.fetchone()[0])


def is_used_up() -> bool:
    """Whether so many were refused that nobody of this installation should ask for something new."""
    return refused_lately() >= BUDGET


def word_to_bots(refused: int) -> tuple[int, int]:
    """What to tell each bot when so many calls were refused lately: (seconds in which whoever was refused lately asks nothing of
    Discord, seconds in which nobody does). ``astra.bot.budget`` says why there are two."""
    return (WORD_SECONDS if refused >= BUDGET else 0, WORD_SECONDS if refused >= DANGER else 0)


def note_refusal() -> bool:
    """One more refused call of this process; whether the budget is used up. A database that is away stops no call: each process
    keeps a count of its own too."""
    try:
        return count_refused(1) >= BUDGET
    except DatabaseError:
        return False
