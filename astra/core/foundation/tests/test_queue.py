"""The queue does not grow by what went wrong in it."""

import pytest
from django.db import connection

from astra.core.foundation.jobs import enqueue, job
from astra.core.foundation.sweeps import sweep_queue

job("tests.queue_rest", system=True)(lambda **_: None)


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE task_name = 'tests.queue_rest' ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.django_db
def test_old_wrecks_are_taken_out_and_work_is_not():
    for status in ("failed", "failed", "doing", "todo", "cancelled"):
        enqueue("tests.queue_rest")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = %s WHERE id = (SELECT max(id) FROM procrastinate_jobs)", [status])
    assert sweep_queue() == 0, "a person may still want to look"
    with connection.cursor() as cursor:  # all of it is eight days old, but for the second failure
        cursor.execute(
            "UPDATE procrastinate_events SET at = at - interval '8 days' WHERE job_id <>"
            " (SELECT id FROM procrastinate_jobs WHERE status = 'failed' ORDER BY id DESC LIMIT 1)"
        )
    assert sweep_queue() == 3
    assert jobs() == ["failed", "todo"]
