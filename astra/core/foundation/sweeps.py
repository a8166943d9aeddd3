"""What Django's cache and the queue would keep for ever."""

from django.db import connection

# Jobs that ended badly, and those whose worker was killed: sweeps have long done their work. Successful ones delete themselves.
OLD_JOBS = """
DELETE FROM procrastinate_jobs j
 WHERE (j.status IN ('failed', 'cancelled', 'aborted') OR (j.status = 'doing' AND j.worker_id IS NULL))
   AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= clock_timestamp() - interval '7 days')
"""


def sweep_cache() -> int:
    """Deletes entries of the cache whose time is over (real time: Django writes them by it); returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM foundation_cache WHERE expires < clock_timestamp()")
        return int(cursor.rowcount)


def sweep_queue() -> int:
    """Deletes jobs that nobody will run and to which nothing happened for a week (real time, as the queue's); returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(OLD_JOBS)
        return int(cursor.rowcount)
