"""What the supervisor costs while five thousand bots run and fifty of them change in a minute."""

from __future__ import annotations

import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psutil
from django.conf import settings
from django.db import connection

from astra.core.foundation.audit import Actor
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.pool import PoolEngine
from astra.core.integrations.engines.port import StartOrder
from astra.core.journey.instances.actions.start_instance import start_instance
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.supervisor.program import Supervisor
from tests.contracts.engines.pool import SLEEPS
from tests.support.cast import make_seller

ACTOR = Actor("member", "1")
# So many stops later an instance that was stopped is started again.
RESTING = 4


def reconcile_cost(instances: int, changes: int, seconds: float) -> tuple[float, float, int]:
    """Processor seconds of the supervisor and of its database session in a minute, and how many changes were carried out."""
    core = ThreadingHTTPServer(("127.0.0.1", 0), _Healthy)
    threading.Thread(target=core.serve_forever, daemon=True).start()
    settings.ASTRA_CORE_URL = f"http://127.0.0.1:{core.server_port}"
    settings.ASTRA_ENGINES = ["pool"]
    runner = engine("pool")
    assert isinstance(runner, PoolEngine)
    runner._program = ("-c", SLEEPS)
    try:
        seller_id = make_seller(f"{uuid.uuid4().hex}@bench.example", "Bench").id
        known = _fleet(runner, seller_id, instances)
        return _minute(seller_id, known, changes, seconds)
    finally:
        for process in runner._all():
            process.kill()
        core.shutdown()


def _fleet(runner: PoolEngine, seller_id: uuid.UUID, count: int) -> list[uuid.UUID]:
    known = [new_id() for _ in range(count)]
    with acting_for(seller_id):
        words = {"name": "x", "application_name": "x", "bot_id": "1", "bot_name": "x", "verify_key": "0" * 64, "sealed_token": b"x"}
        state = {"engine": "pool", "transport": "relay", "endpoint": "relay", "seen_state": "online", "generation": 1}
        rows = [
            Instance(id=one, seller_id=seller_id, application_id=str(3 * 10**17 + at), **words, **state) for at, one in enumerate(known)
        ]
        Instance.objects.bulk_create(rows, batch_size=500)
    for one in known:
        runner.start(StartOrder(one, 1, Secret("ticket"), "http://127.0.0.1:1"))
    _hearts_beat(seller_id)
    return known


def _hearts_beat(seller_id: uuid.UUID) -> None:
    with acting_for(seller_id), connection.cursor() as cursor:
        cursor.execute("UPDATE instances_instance SET last_heartbeat_at = clock_timestamp() + interval '1 day'")


def _minute(seller_id: uuid.UUID, known: list[uuid.UUID], changes: int, seconds: float) -> tuple[float, float, int]:
    supervisor = Supervisor()
    supervisor.tick()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = psutil.Process(cursor.fetchone()[0])
    database_before = sum(backend.cpu_times()[:2])
    own = carried_out = 0.0
    began = time.monotonic()
    turn = 0
    while time.monotonic() - began < seconds:
        due = int((time.monotonic() - began) * changes / 60)
        while turn < due:
            # Half are stopped; half are of those that were stopped a while ago, and are at rest by now.
            change, nth = (stop_instance, turn // 2) if turn % 2 == 0 else (start_instance, turn // 2 - RESTING)
            if nth < 0:
                change, nth = stop_instance, len(known) // 14 + turn
            change(seller_id=seller_id, instance_id=known[nth * 7 % len(known)], actor=ACTOR)
            turn += 1
        before = time.thread_time()
        taken = supervisor.tick()
        own += time.thread_time() - before
        carried_out += sum(word in ("rest", "start") for _, word in taken)
        if any(word == "start" for _, word in taken):
            with acting_for(seller_id), connection.cursor() as cursor:  # the bot's own first word, which no core is there to take
                cursor.execute(
                    "UPDATE instances_instance SET seen_state = 'online', last_heartbeat_at = clock_timestamp() + interval '1 day'"
                    " WHERE seen_state = 'starting'"
                )
        time.sleep(max(0.0, 1.0 - (time.monotonic() - began) % 1.0))
    minutes = (time.monotonic() - began) / 60
    return own / minutes, (sum(backend.cpu_times()[:2]) - database_before) / minutes, int(carried_out)


class _Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Says that all is well."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""
