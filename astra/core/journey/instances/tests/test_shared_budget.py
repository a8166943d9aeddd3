"""What Discord refuses to one process or one bot holds all of them back before it bans the address."""

import pytest
from django.db import connection

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord import shared_budget
from astra.core.integrations.discord.failures import RateLimited
from astra.core.integrations.discord.limits import LIMITS, Limits
from astra.core.integrations.discord.shared_budget import (
    BUDGET,
    DANGER,
    WORD_SECONDS,
    count_refused,
    is_used_up,
    note_refusal,
    refused_lately,
)
from astra.core.integrations.discord.sweeps import sweep_refused
from astra.core.integrations.engines.engine import engine
from astra.core.journey.instances.actions.reconcile_instance import reconcile_instance
from astra.core.journey.instances.actions.record_heartbeat import record_heartbeat
from astra.core.journey.instances.models import InstanceEvent, StartTicket
from astra.core.journey.instances.queries import starts_lately
from astra.core.journey.instances.supervisor.decide import HEARTBEAT_SECONDS, MISSED_SECONDS
from astra.core.journey.instances.tests.cast import change, make_instance, open_bot, row
from astra.protocol import paths
from astra.protocol.messages import LONGEST_QUIET_SECONDS, QUIET, Heartbeat, HeartbeatAnswer, Pulse

pytestmark = [pytest.mark.django_db]
CALL = ("somebody", "GET", "/users/@me")


def older(minutes):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE foundation_refused_call SET minute = minute - %s", [minutes])


def test_two_processes_stop_together_and_learn_it_by_their_next_refusal(monkeypatch):
    monkeypatch.setattr(shared_budget, "BUDGET", 6)
    web, worker = Limits(), Limits()
    for process in (web, worker):
        process.share(note_refusal)
    for status in (401, 403, 429, 403, 200, 404):
        web.after(*CALL, status, {})
    web.after(*CALL, 429, {"x-ratelimit-scope": "shared"})
    assert refused_lately() == 4
    for _ in range(2):
        worker.before("another", "GET", "/users/@me")
        worker.after("another", "GET", "/users/@me", 403, {})
    with pytest.raises(RateLimited) as stopped:
        worker.before("a third", "GET", "/gateway")
    assert 0 < stopped.value.retry_after <= 60
    web.before("another", "GET", "/gateway")  # it has not heard yet, and each further refusal tells it
    web.after("another", "GET", "/gateway", 403, {})
    with pytest.raises(RateLimited):
        web.before("a third", "GET", "/gateway")


def test_ten_minutes_later_it_is_forgotten_and_swept_after_an_hour():
    count_refused(BUDGET)
    assert is_used_up()
    older(9)
    assert is_used_up()
    older(2)
    assert not is_used_up()
    assert sweep_refused() == 0
    older(60)
    assert sweep_refused() == 1


def test_the_installed_memory_of_a_process_is_told_to_all():
    LIMITS.forget()
    try:
        LIMITS.after(*CALL, 403, {})
    finally:
        LIMITS.forget()
    assert refused_lately() == 1


def test_a_bot_tells_what_it_was_refused_and_one_of_before_does_not(seller):
    instance_id = make_instance(seller.id, seen_state="online", generation=1)
    beat = {"seller_id": seller.id, "instance_id": instance_id, "generation": 1, "state": "online"}
    record_heartbeat(**beat, pulse=Pulse(refused=7))
    record_heartbeat(**beat, pulse=Pulse(answers=1))
    record_heartbeat(**beat, pulse=Pulse(refused=2))
    assert refused_lately() == 9
    told = {"answers": 0, "total_ms": 0, "worst_ms": 0, "sign_ins": 1, "latency_ms": 4, "lines": []}
    assert Heartbeat.read({"state": "online", "reason": "", "pulse": told}).pulse.refused == 0
    assert Heartbeat.read({"state": "online", "reason": "", "pulse": {**told, "refused": 3}}).pulse.refused == 3


@pytest.mark.parametrize(
    ("refused", "careful", "quiet"), [(1, 0, 0), (BUDGET - 1, 0, 0), (BUDGET, WORD_SECONDS, 0), (DANGER, WORD_SECONDS, WORD_SECONDS)]
)
def test_every_running_bot_hears_how_near_the_address_is_to_its_ban(seller, client, refused, careful, quiet):
    bot = open_bot(seller.id, make_instance(seller.id, seen_state="online"))
    count_refused(refused)
    told = HeartbeatAnswer.read(bot.post(client, paths.HEARTBEATS, {"state": "online", "reason": ""}).json())
    assert (told.careful_seconds, told.quiet_seconds) == (careful, quiet)


def test_the_refusals_that_a_heartbeat_brings_are_in_its_answer(seller, client):
    bot = open_bot(seller.id, make_instance(seller.id, seen_state="online"))
    count_refused(BUDGET - 1)
    pulse = {"answers": 0, "total_ms": 0, "worst_ms": 0, "sign_ins": 1, "latency_ms": 4, "lines": [], "refused": 1}
    told = bot.post(client, paths.HEARTBEATS, {"state": "online", "reason": "", "pulse": pulse}).json()
    assert (told["careful_seconds"], told["quiet_seconds"]) == (WORD_SECONDS, 0)


def test_the_word_outlives_a_few_lost_heartbeats_and_no_more():
    assert MISSED_SECONDS < WORD_SECONDS <= 6 * HEARTBEAT_SECONDS
    assert WORD_SECONDS <= LONGEST_QUIET_SECONDS
    assert BUDGET < DANGER < 10_000


def test_a_bot_that_keeps_quiet_is_shown_as_such_beside_its_life(seller):
    instance_id = make_instance(seller.id, seen_state="starting", generation=1)
    beat = {"seller_id": seller.id, "instance_id": instance_id, "generation": 1, "state": "online"}
    for reason, shown in ((QUIET, QUIET), (QUIET, QUIET), ("", "")):
        record_heartbeat(**beat, reason=reason)
        assert (row(seller.id, instance_id).seen_state, row(seller.id, instance_id).reason) == ("online", shown)
    change(seller.id, instance_id, reason="discord_refused")
    record_heartbeat(**beat)
    assert row(seller.id, instance_id).reason == "discord_refused", "what others say of it stays"


def test_no_bot_is_started_while_the_address_is_near_its_ban(seller, monkeypatch):
    instance_id, started = make_instance(seller.id), []
    monkeypatch.setattr(engine("local"), "start", started.append)
    count_refused(BUDGET)
    reconcile_instance(seller_id=seller.id, instance_id=instance_id, core_up_seconds=3600.0)
    waiting = row(seller.id, instance_id)
    assert (started, waiting.seen_state, waiting.reason) == ([], "backoff", "invalid_request_budget")
    assert (waiting.generation, waiting.failures) == (0, 0), "nothing ran: nothing is counted, and no ticket lies about"
    for _ in range(6):  # it is nobody's fault: it never ends in quarantine
        change(seller.id, instance_id, deadline_at=None)
        reconcile_instance(seller_id=seller.id, instance_id=instance_id, core_up_seconds=3600.0)
    assert row(seller.id, instance_id).seen_state == "backoff"
    older(11)
    change(seller.id, instance_id, deadline_at=None)
    reconcile_instance(seller_id=seller.id, instance_id=instance_id, core_up_seconds=3600.0)
    assert (len(started), row(seller.id, instance_id).seen_state) == (1, "starting")
    with acting_for(seller.id):
        assert InstanceEvent.objects.filter(event="gave_up").count() == 0
        assert InstanceEvent.objects.filter(event="postponed").count() == 7
        assert (InstanceEvent.objects.filter(event="started").count(), StartTicket.objects.count()) == (1, 1)
    assert starts_lately(seller.id, instance_id).lately == 1
