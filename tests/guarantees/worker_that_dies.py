"""A real worker that kills itself with SIGKILL at its n-th point: before or after a commit, before or after a call to the outside.

``python -m tests.guarantees.worker_that_dies --at 7 --points FILE`` patches what every commit and every HTTP call goes through and then runs
``astra worker`` unchanged. With ``--at 0`` it never dies and only writes down the points it met.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import psycopg

from astra.core.project.programs import worker


class Points:
    """Counts the points of this process and dies at the chosen one."""

    def __init__(self, at: int, path: Path) -> None:
        self.at = at
        self.path = path
        self.met = 0
        self.lock = threading.Lock()

    def reach(self, name: str) -> None:
        """One more point was met."""
        with self.lock:
            self.met += 1
            with self.path.open("a", encoding="utf-8") as handle:
                handle.write(f"{self.met} {name}\n")
            if self.met == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Patches, then works."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--at", type=int, required=True)
    parser.add_argument("--points", type=Path, required=True)
    parser.add_argument("--sweep-seconds", default="0.5")
    options = parser.parse_args()
    points = Points(options.at, options.points)
    _patch_commits(points)
    _patch_calls(points)
    return worker.main(["--sweep-seconds", options.sweep_seconds])


def _patch_commits(points: Points) -> None:
    from django.db.backends.postgresql import base

    wrapper: Any = base.DatabaseWrapper
    commit = wrapper._commit

    def patched(self: Any) -> Any:
        # Sweeps that found nothing commit too; only transactions that wrote something are steps of the sale.
        wrote = (
            self.connection is not None
            and self.connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
            and _has_written(self)
        )
        if wrote:
            points.reach("before commit")
        result = commit(self)
        if wrote:
            points.reach("after commit")
        return result

    wrapper._commit = patched


def _has_written(wrapper: Any) -> bool:
    with wrapper.connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _patch_calls(points: Points) -> None:
    send = httpx.Client.send

    def patched(self: Any, request: httpx.Request, **options: Any) -> httpx.Response:
        name = f"{request.method} {request.url.path.split('/api/v10')[-1][:40]}"
        points.reach(f"before {name}")
        response = send(self, request, **options)
        points.reach(f"after {name}")
        return response

    httpx.Client.send = patched  # type: ignore[method-assign]


if __name__ == "__main__":
    sys.exit(main())
