"""The supervisor against the database, real bot processes, the offline Discord and a core over HTTP."""

import datetime
import os
import signal
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.engines import local
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.local import LocalEngine
from astra.core.integrations.engines.local_record import CopyRecord, RecordShelf, birth_mark
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.actions.set_presence import set_presence
from astra.core.journey.instances.actions.start_instance import start_instance
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.queries import history
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.supervisor.program import Supervisor
from astra.core.journey.instances.tests.cast import change
from astra.core.journey.instances.tests.stage import MEMBER, REPLY, Stage

pytestmark = [pytest.mark.commits]


def shown(answer):
    return (answer.get("message") or {}).get("content", "")


def past(seconds: float = 3600) -> datetime.datetime:
    return real_instant() - datetime.timedelta(seconds=seconds)


def test_a_bot_comes_online_carries_a_click_and_stops(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    row = stage.row(instance_id)
    assert (row.endpoint, row.reason, row.generation) == ("relay", "", 1)
    presence = stage.presence(bot)
    assert presence["online"]
    assert "Loja da Lara" in str(presence["activities"])
    stage.until(lambda: stage.row(instance_id).guild_id == stage.guild.id)

    answer = stage.use_command()
    assert (answer["outcome"], shown(answer)) == ("message", REPLY["data"]["content"])
    assert stage.core.relayed[0]["token"]  # the payload came whole, as Discord sent it
    assert stage.core.relayed[0]["id"] == answer["interaction_id"]
    assert stage.core.closed == []

    set_presence(seller_id=stage.seller.id, instance_id=instance_id, text="Aberto 24 h", actor=MEMBER)
    stage.until(lambda: "Aberto 24 h" in str(stage.presence(bot)["activities"]))

    pid = stage.record(instance_id).pid
    stop_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    stage.until(lambda: stage.state(instance_id) == "stopped")
    assert birth_mark(pid) is None
    assert not stage.presence(bot)["online"]
    start_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    stage.until_online(instance_id)
    told = [moment.event for moment in reversed(history(stage.seller.id, instance_id))]
    assert told == ["token_accepted", "started", "came_online", "ended", "asked_to_run", "started", "came_online"]


def test_no_secret_in_log_environment_or_arguments(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    stage.use_command()
    pid = stage.record(instance_id).pid
    outside = Path(f"/proc/{pid}/environ").read_text() + Path(f"/proc/{pid}/cmdline").read_text()
    assert bot.token not in outside
    assert "ASTRA" not in outside.replace("astra", "")
    assert "PASSWORD" not in outside
    stage.discord.revoke(bot.id)
    stage.until(lambda: birth_mark(pid) is None)
    log = stage.logs()
    assert "online" in log  # there is a log, and it says what happened
    for secret in (bot.token, stage.core.relayed[0]["token"]):
        assert secret not in log


def test_a_restarted_supervisor_adopts_running_bots(stage: Stage, monkeypatch):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    before = stage.record(instance_id)
    from astra.core.journey.instances.actions import reconcile_instance
    from astra.core.journey.instances.supervisor import program

    # A new program has new engines that are nobody's parent.
    adopted = LocalEngine()
    for module in (reconcile_instance, program):
        monkeypatch.setattr(module, "engine", lambda name: adopted if name == "local" else engine(name))
    stage.supervisor = Supervisor()
    assert [stage.supervisor.tick() for _ in range(5)] == [[]] * 5
    assert stage.record(instance_id) == before
    os.kill(before.pid, signal.SIGKILL)
    stage.until(lambda: stage.state(instance_id) == "backoff")
    change(stage.seller.id, instance_id, deadline_at=past(1))  # its pause is over
    stage.until(lambda: stage.row(instance_id).generation == 2 and stage.state(instance_id) == "online", seconds=40)
    assert stage.presence(bot)["online"]


def test_a_killed_bot_is_back_after_a_pause(stage: Stage):
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    os.kill(stage.record(instance_id).pid, signal.SIGKILL)
    stage.until(lambda: stage.state(instance_id) == "backoff")
    row = stage.row(instance_id)
    assert row.reason == "process_killed"
    assert row.deadline_at is not None
    assert datetime.timedelta(seconds=3) < row.deadline_at - real_instant() <= datetime.timedelta(seconds=5)
    assert stage.supervisor.tick() == []
    change(stage.seller.id, instance_id, deadline_at=past(1))
    stage.until_online(instance_id)
    assert stage.row(instance_id).generation == 2


def test_a_silent_bot_is_degraded_then_replaced(stage: Stage, monkeypatch):
    monkeypatch.setattr(local, "PATIENCE_SECONDS", 0.3)
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    pid = stage.record(instance_id).pid
    os.kill(pid, signal.SIGSTOP)
    stage.supervisor._core._up_since = time.monotonic() - 600
    time.sleep(0.3)
    change(stage.seller.id, instance_id, last_heartbeat_at=past(40))
    stage.supervisor.tick()
    assert (stage.state(instance_id), stage.row(instance_id).reason) == ("degraded", "heartbeat_missed")
    stage.until(lambda: stage.state(instance_id) == "backoff")
    assert stage.row(instance_id).reason == "heartbeat_missed"
    assert birth_mark(pid) is None
    change(stage.seller.id, instance_id, deadline_at=past(1))
    stage.until_online(instance_id)


def test_a_revoked_token_ends_the_bot_until_it_gets_another(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    pid = stage.record(instance_id).pid
    stage.discord.revoke(bot.id)
    stage.until(lambda: stage.state(instance_id) == "errored", seconds=15)
    assert stage.row(instance_id).reason == "token_invalid"
    stage.until(lambda: birth_mark(pid) is None)
    stage.until(lambda: engine("local").look(instance_id).reason == "token_invalid")  # the exit code says it too
    generation = stage.row(instance_id).generation
    assert [stage.supervisor.tick() for _ in range(3)] == [[]] * 3
    change_token(seller_id=stage.seller.id, instance_id=instance_id, token=Secret(stage.discord.renew(bot.id)), actor=MEMBER)
    stage.until_online(instance_id)
    assert stage.row(instance_id).generation > generation


def test_the_exit_code_is_enough_when_the_report_is_lost(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    stage.core.close()
    stage.discord.revoke(bot.id)
    stage.until(lambda: stage.state(instance_id) == "errored", seconds=30)
    assert stage.row(instance_id).reason == "token_invalid"


def test_when_the_core_is_slow_the_bot_speaks_and_says_so(stage: Stage):
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    stage.core.seconds = 2.6
    answer = stage.use_command()
    assert answer["outcome"] == "message"
    assert "Nada se perdeu" in shown(answer)
    assert answer["message"]["flags"] & 64
    assert 1900 <= answer["ms"] < 3000
    stage.until(lambda: stage.core.closed == [(answer["interaction_id"], "no_answer")])
    stage.core.seconds = 0
    assert shown(stage.use_command()) == REPLY["data"]["content"]
    stage.discord.change_user(stage.owner, locale="en-US")
    stage.core.status = 500
    answer = stage.use_command()
    assert "Nothing was lost" in shown(answer)
    stage.until(lambda: stage.core.closed[-1] == (answer["interaction_id"], "core_error"))


def test_a_bot_that_is_stopped_still_answers_what_was_pressed(stage: Stage):
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    stage.core.seconds = 1.0
    with ThreadPoolExecutor(1) as pool:
        pressed = pool.submit(stage.use_command)
        stage.until(lambda: stage.core.relayed, ticks=False)
        os.kill(stage.record(instance_id).pid, signal.SIGTERM)
        assert shown(pressed.result(10)) == REPLY["data"]["content"]


def test_when_the_core_is_away_the_bot_stays_and_goes_on(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    before = stage.record(instance_id)
    stage.core.close()
    answer = stage.use_command()
    assert "Nada se perdeu" in shown(answer)
    change(stage.seller.id, instance_id, last_heartbeat_at=past())
    stage.supervisor._core._asked_at = float("-inf")
    assert [stage.supervisor.tick() for _ in range(3)] == [[]] * 3  # silence proves nothing now
    assert stage.presence(bot)["online"]
    stage.core.open()
    stage.until(lambda: (stage.row(instance_id).last_heartbeat_at or past()) > past(30))
    stage.until(lambda: stage.core.closed == [(answer["interaction_id"], "no_answer")])
    assert shown(stage.use_command()) == REPLY["data"]["content"]
    assert stage.record(instance_id) == before


@pytest.mark.parametrize("kind", ["local", "none"])
def test_the_products_own_surface_answers_by_both_transports(stage: Stage, kind):
    stage.core.scripted = False
    instance_id, _ = stage.connect(kind)
    stage.until_online(instance_id)
    answer = stage.use_command()
    assert answer["outcome"] in ("message", "deferred")
    assert "Nada se perdeu" not in shown(answer)
    assert answer["ms"] < 2000


def test_an_older_copy_ends_itself(stage: Stage):
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    pid = stage.record(instance_id).pid
    restart_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    stage.until(lambda: birth_mark(pid) is None, ticks=False)
    assert engine("local").look(instance_id).reason == "superseded"
    stage.until_online(instance_id)
    assert birth_mark(stage.record(instance_id).pid)


def test_a_dropped_connection_is_taken_up_again(stage: Stage):
    instance_id, bot = stage.connect()
    stage.until_online(instance_id)
    before = stage.record(instance_id)
    stage.discord._post("/_sandbox/gateway/drop", {"application_id": bot.id, "code": 4000})
    stage.until(lambda: stage.presence(bot)["online"])
    assert shown(stage.use_command()) == REPLY["data"]["content"]
    assert stage.record(instance_id) == before


def test_five_failed_starts_are_enough(stage: Stage, monkeypatch):
    monkeypatch.setattr(engine("local"), "_program", ("-c", "import sys; sys.stdin.readline(); sys.exit(1)"))
    instance_id, _ = stage.connect()
    pauses = []
    for _ in range(4):
        stage.until(lambda: stage.state(instance_id) == "backoff")
        row = stage.row(instance_id)
        assert row.reason == "process_ended"
        assert row.deadline_at is not None
        pauses.append(round((row.deadline_at - row.since_at).total_seconds()))
        change(stage.seller.id, instance_id, deadline_at=past())
        stage.until(lambda: stage.state(instance_id) != "backoff")
    stage.until(lambda: stage.state(instance_id) == "quarantined")
    assert pauses == [5, 10, 20, 40]
    assert stage.row(instance_id).generation == 5
    assert [stage.supervisor.tick() for _ in range(3)] == [[]] * 3
    monkeypatch.setattr(engine("local"), "_program", ("-m", "astra.bot.program"))
    start_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    stage.until_online(instance_id)


def test_nothing_is_started_while_the_core_is_away(stage: Stage):
    instance_id, _ = stage.connect()
    stage.core.close()
    assert [stage.supervisor.tick() for _ in range(3)] == [[]] * 3
    assert stage.state(instance_id) == "configured"


def test_orphans_are_removed(stage: Stage, monkeypatch):
    monkeypatch.setattr("astra.core.journey.instances.supervisor.program.COMPARE_EVERY_SECONDS", 0.2)
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    record = stage.record(instance_id)
    shelf = RecordShelf(stage.home / "bots")
    shelf.drop(instance_id)
    nobody = uuid.uuid4()
    shelf.write(nobody, CopyRecord(record.pid, record.born, record.generation))
    stage.until(lambda: birth_mark(record.pid) is None)
    stage.until(lambda: shelf.read(nobody) is None)


def test_somebody_elses_lease_is_respected(stage: Stage):
    instance_id, _ = stage.connect()
    change(stage.seller.id, instance_id, lease_until=real_instant() + datetime.timedelta(seconds=60), lease_token=instance_id)
    assert [stage.supervisor.tick() for _ in range(3)] == [[]] * 3
    change(stage.seller.id, instance_id, lease_until=past(1))  # its holder died
    stage.until_online(instance_id)


def test_a_supervisor_that_dies_between_record_and_start_is_made_good(stage: Stage, monkeypatch):
    class Died(BaseException):
        pass

    def die(order: object) -> None:
        raise Died

    instance_id, _ = stage.connect()
    stage.supervisor._core.up_seconds()
    with monkeypatch.context() as patched:
        patched.setattr(engine("local"), "start", die)
        with pytest.raises(Died):
            stage.supervisor.tick()
    assert stage.state(instance_id) == "starting"
    change(stage.seller.id, instance_id, lease_until=past(1))  # a minute later
    stage.until(lambda: stage.state(instance_id) == "backoff")
    change(stage.seller.id, instance_id, deadline_at=past())
    stage.until_online(instance_id)
