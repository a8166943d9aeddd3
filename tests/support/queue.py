"""The queue of a test: looks at deferred jobs and runs them here and now, on the test's own connection."""

from typing import Any

import pytest


class QueueInTest:
    """Runs jobs one after the other, bound to their seller as the worker does."""

    def names(self) -> list[str]:
        """The names of jobs that wait, in order."""
        return [row.task_name for row in self._waiting(including_later=True)]

    def jobs(self, name: str) -> list[dict[str, Any]]:
        """The arguments of waiting jobs of a name."""
        return [row.args for row in self._waiting(including_later=True) if row.task_name == name]

    def run(self, *names: str, including_later: bool = False, limit: int = 200) -> list[str]:
        """Runs waiting jobs (of these names, or all) until none is left; returns the names that ran.

        An exception of a job is raised here: in a test nothing is retried silently.
        """
        ran: list[str] = []
        while rows := [row for row in self._waiting(including_later) if not names or row.task_name in names]:
            self._run(rows[0])
            ran.append(rows[0].task_name)
            assert len(ran) <= limit, f"the queue does not come to rest: {ran[-10:]}"
        return ran

    def forget(self) -> None:
        """Loses everything that waits, as a truncated queue would."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE status = 'todo'")

    def _waiting(self, including_later: bool) -> list[Any]:
        from procrastinate.contrib.django.models import ProcrastinateJob

        rows = ProcrastinateJob.objects.filter(status="todo")
        if not including_later:
            rows = rows.filter(scheduled_at=None)
        return list(rows.order_by("id"))

    def _run(self, row: Any) -> None:
        from django.db import connection

        from astra.core.foundation.jobs import SYSTEM_JOBS, function_of
        from astra.core.foundation.tenancy.acting import bound_to

        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [row.id])
        seller_id = None if row.task_name in SYSTEM_JOBS else row.args["seller_id"]
        with bound_to(seller_id):
            function_of(row.task_name)(**row.args)


@pytest.fixture
def queue(db: None) -> QueueInTest:
    """The jobs deferred so far in this test."""
    return QueueInTest()
