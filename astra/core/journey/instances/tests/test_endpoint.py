"""Where clicks go: by HTTP without a process, by the gateway with one; tried again until Discord has verified it."""

import datetime
import uuid

import pytest

from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import guilds_of
from astra.core.integrations.discord.limits import LIMITS
from astra.core.journey.instances.actions.archive_instance import archive_instance
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.check_token import check_token
from astra.core.journey.instances.actions.connect_endpoint import CHECK_SECONDS, connect_endpoint, is_due
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.actions.start_instance import start_instance
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.queries import history
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.sweeps import sweep_endpoints
from astra.core.journey.instances.tests.cast import change, row
from astra.core.journey.instances.tests.stage import MEMBER, REPLY, Stage

pytestmark = [pytest.mark.commits]


def attempt(stage: Stage, instance_id: uuid.UUID) -> str:
    return connect_endpoint(seller_id=stage.seller.id, instance_id=instance_id)


def later(stage: Stage, instance_id: uuid.UUID, seconds: float) -> None:
    """As if so many seconds had gone by since the last attempt."""
    checked = row(stage.seller.id, instance_id).endpoint_checked_at
    assert checked is not None
    change(stage.seller.id, instance_id, endpoint_checked_at=checked - datetime.timedelta(seconds=seconds))
    LIMITS.forget()


def clicks(stage: Stage) -> str:
    answer = stage.use_command()
    return (answer.get("message") or {}).get("content") or answer["outcome"]


def test_without_a_process_it_is_online_once_discord_has_verified_the_address(stage: Stage):
    instance_id, _ = stage.connect("none")
    seen = stage.row(instance_id)
    assert (seen.seen_state, seen.reason, seen.endpoint, seen.transport) == ("online", "", "http", "http")
    assert (seen.guild_id, seen.guild_name) == (stage.guild.id, "Loja")
    assert seen.last_heartbeat_at is not None
    assert clicks(stage) == REPLY["data"]["content"]
    assert stage.core.relayed == []  # it came by http, signed by Discord
    assert attempt(stage, instance_id) == ""  # nothing is due


def test_it_is_tried_again_until_it_is_verified(stage: Stage):
    stage.core.verifies = False
    instance_id, _ = stage.connect("none")
    pauses = []
    for _ in range(3):
        seen = stage.row(instance_id)
        assert (seen.seen_state, seen.reason, seen.endpoint) == ("backoff", "endpoint_verification_failed", "")
        assert seen.deadline_at is not None
        pauses.append(round((seen.deadline_at - seen.since_at).total_seconds()))
        assert attempt(stage, instance_id) == ""  # not before its pause is over
        later(stage, instance_id, 60)
        attempt(stage, instance_id)
    assert pauses == [5, 10, 20]
    stage.core.verifies = True
    later(stage, instance_id, 60)
    assert sweep_endpoints() == 1
    assert attempt(stage, instance_id) == "online"


def test_an_endless_outage_quarantines_nobody_without_a_process(stage: Stage):
    stage.core.verifies = False
    instance_id, _ = stage.connect("none")
    for _ in range(7):
        later(stage, instance_id, 600)
        attempt(stage, instance_id)
    assert stage.state(instance_id) == "backoff"


def test_a_dead_token_is_noticed_within_a_minute(stage: Stage):
    instance_id, bot = stage.connect("none")
    assert CHECK_SECONDS + 10 < 60
    stage.discord.revoke(bot.id)
    later(stage, instance_id, CHECK_SECONDS)
    assert sweep_endpoints() == 1
    assert attempt(stage, instance_id) == "errored"
    assert stage.row(instance_id).reason == "token_invalid"
    later(stage, instance_id, 9999)
    assert (sweep_endpoints(), attempt(stage, instance_id)) == (0, "")  # it waits for a person
    change_token(seller_id=stage.seller.id, instance_id=instance_id, token=Secret(stage.discord.renew(bot.id)), actor=MEMBER)
    assert attempt(stage, instance_id) == "online"


def test_whoever_is_refused_can_have_the_token_checked(stage: Stage):
    instance_id, bot = stage.connect("none")
    assert check_token(seller_id=stage.seller.id, instance_id=instance_id) is True
    stage.discord.revoke(bot.id)
    LIMITS.forget()
    assert check_token(seller_id=stage.seller.id, instance_id=instance_id) is False
    assert (stage.state(instance_id), stage.row(instance_id).reason) == ("errored", "token_invalid")


def test_discord_out_of_reach_does_not_take_a_good_instance_down(stage: Stage, settings):
    instance_id, _ = stage.connect("none")
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    later(stage, instance_id, CHECK_SECONDS)
    assert attempt(stage, instance_id) == "online"
    assert check_token(seller_id=stage.seller.id, instance_id=instance_id) is True
    fresh = stage.discord.url + "/api/v10"
    settings.ASTRA_DISCORD_API = fresh
    restart_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    assert attempt(stage, instance_id) == "backoff"
    assert stage.row(instance_id).reason == "discord_unreachable"


def test_stopping_takes_the_address_away_and_starting_brings_it_back(stage: Stage):
    instance_id, _ = stage.connect("none")
    stop_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    assert attempt(stage, instance_id) == "stopped"
    assert stage.row(instance_id).endpoint == "off"
    assert clicks(stage) == "failed"
    assert attempt(stage, instance_id) == ""
    start_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    assert attempt(stage, instance_id) == "online"
    assert clicks(stage) == REPLY["data"]["content"]
    told = [moment.event for moment in reversed(history(stage.seller.id, instance_id))]
    assert told == ["token_accepted", "started", "came_online", "ended", "asked_to_run", "started", "came_online"]


def test_a_stopped_instance_with_a_dead_token_comes_to_rest(stage: Stage):
    instance_id, bot = stage.connect("none")
    stage.discord.revoke(bot.id)
    stop_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    assert attempt(stage, instance_id) == "stopped"


def test_the_relay_takes_back_an_address_that_was_set_before(stage: Stage):
    """Interactions come by gateway or HTTP, never both: a bot that once ran without a process must lose its address."""
    instance_id, bot = stage.connect("none")
    archive_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    again = create_instance(seller_id=stage.seller.id, name="x", token=Secret(bot.token), engine="local", actor=MEMBER)
    attempt(stage, again)
    stage.until_online(again)
    assert clicks(stage) == REPLY["data"]["content"]
    assert len(stage.core.relayed) == 1


def test_an_archived_instance_does_not_take_its_successors_address_away(stage: Stage):
    instance_id, bot = stage.connect("none")
    archive_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    again = create_instance(seller_id=stage.seller.id, name="x", token=Secret(bot.token), engine="none", actor=MEMBER)
    assert attempt(stage, again) == "online"
    assert attempt(stage, instance_id) == "stopped"  # late: its successor was quicker
    assert clicks(stage) == REPLY["data"]["content"]


def test_an_archived_instance_gives_its_address_back(stage: Stage):
    instance_id, _ = stage.connect("none")
    archive_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
    assert sweep_endpoints() == 1
    assert attempt(stage, instance_id) == "stopped"
    assert clicks(stage) == "failed"
    assert sweep_endpoints() == 0


def test_what_a_person_changed_meanwhile_wins(stage: Stage, monkeypatch):
    instance_id, _ = stage.connect("none")

    def meanwhile(token):
        stop_instance(seller_id=stage.seller.id, instance_id=instance_id, actor=MEMBER)
        return guilds_of(token)

    later(stage, instance_id, CHECK_SECONDS)
    monkeypatch.setattr("astra.core.journey.instances.actions.connect_endpoint.guilds_of", meanwhile)
    assert attempt(stage, instance_id) == ""
    assert stage.row(instance_id).wanted_state == "stopped"
    monkeypatch.undo()
    with acting_for(stage.seller.id):
        assert is_due(stage.row(instance_id), real_instant())


def test_with_a_process_a_refused_set_up_is_said_beside_its_life_and_made_good(stage: Stage):
    stage.discord.faults({"match": "PUT .*/commands", "kind": "error", "status": 403, "times": 1})
    instance_id, _ = stage.connect()
    stage.until_online(instance_id)
    stage.discord.faults({"match": "PUT .*/commands", "kind": "error", "status": 403, "times": 1})
    later(stage, instance_id, 60)
    assert attempt(stage, instance_id) == "online"
    assert (stage.row(instance_id).reason, stage.row(instance_id).endpoint) == ("discord_refused", "")
    later(stage, instance_id, 60)
    assert attempt(stage, instance_id) == "online"
    assert (stage.row(instance_id).reason, stage.row(instance_id).endpoint) == ("", "relay")
