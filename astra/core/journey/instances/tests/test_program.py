"""`astra supervisor` as a program of its own: killed, started again, alone, without its database, ending all bots."""

import os
import signal
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connections

from astra.core.integrations.engines.local_record import birth_mark
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.supervisor.program import only_one
from astra.core.journey.instances.tests.stage import MEMBER, Stage

pytestmark = [pytest.mark.commits]


def test_a_database_that_cuts_its_connections_is_waited_for(stage: Stage):
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    first = _program(stage)
    try:
        assert _line(first) == "ready supervisor\n"
        stage.until(_cut_connections, ticks=False)
        os.kill(stage.record(instance_id).pid, signal.SIGKILL)
        stage.until(lambda: stage.row(instance_id).generation == 2 and stage.state(instance_id) == "online", ticks=False)
        assert first.poll() is None
    finally:
        first.kill()
        first.wait()


def test_the_program_runs_survives_its_own_end_and_is_alone(stage: Stage):
    """`astra supervisor` as a program: SIGKILL it, the bot stays; start it again, it adopts; a second one refuses."""
    instance_id, bot = stage.connect()
    first = _program(stage)
    try:
        assert _line(first) == "ready supervisor\n"
        stage.until(lambda: stage.state(instance_id) == "online", ticks=False)
        assert only_one() is None
        second = _program(stage)
        assert (second.wait(30), "Another supervisor" in _errors(second)) == (3, True)
        record = stage.record(instance_id)
    finally:
        first.kill()
        first.wait()
    assert birth_mark(record.pid) == record.born
    again = _program(stage)
    try:
        assert _line(again) == "ready supervisor\n"
        time.sleep(2)
        assert stage.record(instance_id) == record
        assert stage.presence(bot)["online"]
        stop_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
        stage.until(lambda: stage.state(instance_id) == "stopped", ticks=False)
        again.terminate()
        assert again.wait(15) == 0
    finally:
        again.kill()
        again.wait()


def test_a_machine_that_is_shut_down_ends_its_bots_and_has_them_back(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    pid = stage.record(instance_id).pid
    done = _program(stage, "--end-bots")
    assert done.wait(40) == 0, _errors(done)
    assert birth_mark(pid) is None
    assert (stage.state(instance_id), stage.row(instance_id).wanted_state) == ("configured", "running")
    assert not stage.presence(bot)["online"]
    stage.until_online(instance_id)
    assert stage.row(instance_id).failures == 0


def _cut_connections() -> bool:
    """Ends every other connection of the database; whether there was one (the supervisor has one while it looks)."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return bool(cursor.fetchone()[0])


def _program(stage: Stage, *options: str) -> "subprocess.Popen[str]":
    # Ending is asked for with these very words, as by `astra up`.
    asked = options if "--end-bots" in options else ("--tick-seconds", "0.1", *options)
    return subprocess.Popen(
        [sys.executable, "-m", "astra", "supervisor", *asked],
        env={
            **os.environ,
            "ASTRA_HOME": str(stage.home),
            "ASTRA_CORE_URL": settings.ASTRA_CORE_URL,
            "ASTRA_DISCORD_API": settings.ASTRA_DISCORD_API,
            "ASTRA_DISCORD_GATEWAY": settings.ASTRA_DISCORD_GATEWAY,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _line(program: "subprocess.Popen[str]") -> str:
    assert program.stdout is not None
    return program.stdout.readline()


def _errors(program: "subprocess.Popen[str]") -> str:
    assert program.stderr is not None
    return program.stderr.read()
