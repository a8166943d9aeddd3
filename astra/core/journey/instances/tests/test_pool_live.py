"""Real bots in a pool: together in one process, each with a life of its own."""

import os
import signal
from typing import Any

import pytest

from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.local_record import birth_mark
from astra.core.integrations.engines.pool import PoolEngine
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.supervisor.program import Supervisor
from astra.core.journey.instances.tests.cast import change
from astra.core.journey.instances.tests.stage import MEMBER, REPLY, Stage

pytestmark = [pytest.mark.commits]


@pytest.fixture
def pool(stage: Stage, monkeypatch: Any) -> Any:
    """The engine, whose bots beat fast; its processes end with the test."""
    runner = engine("pool")
    assert isinstance(runner, PoolEngine)
    monkeypatch.setattr(runner, "_program", ("-m", "astra.bot.program", "--beat-seconds", "0.5"))
    runner._known_folder = None
    yield runner
    for process in runner._all():
        process.kill()
    runner._known_folder = None


def pids(pool: PoolEngine) -> list[int]:
    return [process.record.pid for process in pool._all() if process.runs()]


def test_two_bots_live_in_one_process_and_one_is_stopped_alone(stage: Stage, pool: PoolEngine):
    first, first_bot = stage.connect("pool")
    other, other_bot = stage.connect("pool")
    for instance_id in (first, other):
        stage.until_online(instance_id)
    assert len(pids(pool)) == 1
    answer = stage.use_command()
    assert (answer["message"] or {})["content"] == REPLY["data"]["content"]
    stop_instance(seller_id=stage.seller.id, instance_id=first, actor=MEMBER)
    stage.until(lambda: stage.state(first) == "stopped")
    assert not stage.presence(first_bot)["online"]
    assert stage.presence(other_bot)["online"]
    log = "\n".join(pool.log_tail(other))
    assert "online" in log
    assert other_bot.token not in log


def test_a_process_that_dies_is_found_and_its_bots_are_back(stage: Stage, pool: PoolEngine):
    instances = [stage.connect("pool")[0] for _ in range(3)]
    for instance_id in instances:
        stage.until_online(instance_id)
    (pid,) = pids(pool)
    os.kill(pid, signal.SIGKILL)
    stage.until(lambda: {stage.row(instance_id).reason for instance_id in instances} == {"process_killed"})
    for instance_id in instances:
        change(stage.seller.id, instance_id, deadline_at=None)
        stage.until_online(instance_id)
    assert len(pids(pool)) == 1
    assert birth_mark(pid) is None


def test_a_new_supervisor_adopts_the_pool(stage: Stage, pool: PoolEngine):
    instance_id, _ = stage.connect("pool")
    stage.until_online(instance_id)
    before = pids(pool)
    pool._known_folder = None  # a new program reads what is on disk
    stage.supervisor = Supervisor()
    assert [stage.supervisor.tick() for _ in range(3)] == [[]] * 3
    assert pids(pool) == before
    stop_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    stage.until(lambda: stage.state(instance_id) == "stopped")


def test_a_revoked_bot_ends_and_its_neighbour_goes_on(stage: Stage, pool: PoolEngine):
    revoked, bot = stage.connect("pool")
    healthy, neighbour = stage.connect("pool")
    for instance_id in (revoked, healthy):
        stage.until_online(instance_id)
    stage.discord.revoke(bot.id)
    stage.until(lambda: stage.state(revoked) == "errored")
    assert stage.row(revoked).reason == "token_invalid"
    stage.until(lambda: pool.look(revoked).reason == "token_invalid")
    assert stage.state(healthy) == "online"
    assert stage.presence(neighbour)["online"]
