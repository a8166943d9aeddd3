"""A new version of the bot goes through a hundred instances: early ones first, a few at a time, and back when it fails."""

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.integrations.engines.engine import engine
from astra.core.integrations.engines.port import ABSENT, CopySeen, StartOrder
from astra.core.journey.instances.actions import advance_rollout as rolling
from astra.core.journey.instances.actions.advance_rollout import advance_rollout
from astra.core.journey.instances.actions.begin_rollout import ReleaseNotFixed, RolloutRunning, begin_rollout, halt_rollout
from astra.core.journey.instances.actions.fail_instance import fail_instance
from astra.core.journey.instances.actions.reconcile_instance import reconcile_instance
from astra.core.journey.instances.actions.record_heartbeat import record_heartbeat
from astra.core.journey.instances.models import Instance, Rollout
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.release import current_release
from astra.core.journey.instances.tests.cast import change, make_instance, row

pytestmark = [pytest.mark.django_db]
OPERATOR = Actor("operator", "1")
NEW = "astra-bot@sha256:" + "b" * 64


class Fleet:
    """Copies that need no process: each knows what it was started with, and comes online unless its version is bad."""

    def __init__(self, seller_id: uuid.UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seller_id = seller_id
        self.releases: dict[uuid.UUID, str] = {}
        self.copies: dict[uuid.UUID, CopySeen] = {}
        self.bad: set[str] = set()
        self.most_away = 0
        for name in ("start", "look", "stop", "forget"):
            monkeypatch.setattr(engine("local"), name, getattr(self, name), raising=False)

    def start(self, order: StartOrder) -> None:
        self.releases[order.instance_id] = order.release
        self.copies[order.instance_id] = CopySeen("running", order.generation)

    def look(self, instance_id: uuid.UUID) -> CopySeen:
        return self.copies.get(instance_id, ABSENT)

    def stop(self, instance_id: uuid.UUID) -> bool:
        self.copies.pop(instance_id, None)
        return True

    def forget(self, instance_id: uuid.UUID) -> None:
        if self.look(instance_id).state != "running":
            self.copies.pop(instance_id, None)

    def rows(self) -> list[Instance]:
        with as_system():
            return list(Instance.objects.filter(archived_at=None, engine="local"))

    def work(self) -> None:
        """The supervisor's steps for whoever is not online, and the bots' first words."""
        away = [one for one in self.rows() if one.wanted_state == "running" and one.seen_state != "online"]
        self.most_away = max(self.most_away, len([one for one in away if one.seen_state == "configured"]))
        for one in away:
            for _ in range(2):  # ends the copy of the older generation, starts another
                reconcile_instance(seller_id=self.seller_id, instance_id=one.id, core_up_seconds=3_600)
            now = row(self.seller_id, one.id)
            if now.seen_state != "starting":
                continue
            if self.releases[one.id] in self.bad:
                self.copies[one.id] = CopySeen("ended", now.generation, "process_ended")
                reconcile_instance(seller_id=self.seller_id, instance_id=one.id, core_up_seconds=3_600)
            else:
                record_heartbeat(seller_id=self.seller_id, instance_id=one.id, generation=now.generation, state="online")

    def roll(self, rounds: int = 60) -> list[str]:
        """Steps until the rollout has ended and nothing is left of it."""
        words = []
        for _ in range(rounds):
            words.append(advance_rollout())
            self.work()
            if words[-1] == "tidied" or (words[-1] == "" and not Rollout.objects.filter(state="rolling").exists()):
                break
        return words


@pytest.fixture
def fleet(seller: Any, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    return Fleet(seller.id, monkeypatch)


def make_online(fleet: Fleet, count: int, **fields: Any) -> list[uuid.UUID]:
    made = [make_instance(fleet.seller_id, seen_state="online", last_heartbeat_at=real_instant(), **fields) for _ in range(count)]
    fleet.copies.update({one: CopySeen("running", 0) for one in made})
    return made


def test_a_hundred_instances_get_the_new_version_a_few_at_a_time(fleet):
    early = make_online(fleet, 3, release_channel="early")
    make_online(fleet, 97)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    order = []
    for _ in range(40):
        before = {one.id for one in fleet.rows() if one.release}
        word = advance_rollout()
        order.append({one.id for one in fleet.rows() if one.release} - before)
        fleet.work()
        if word == "done":
            break
    moved = [batch for batch in order if batch]
    assert [len(batch) for batch in moved][:5] == [1, 1, 1, 3, 6]
    assert set().union(*moved[:3]) == set(early), "the early ones go first and by themselves"
    assert (sum(map(len, moved)), max(map(len, moved)), fleet.most_away) == (100, rolling.MOST_AT_ONCE, rolling.MOST_AT_ONCE)
    assert set(fleet.releases.values()) == {NEW}
    assert len(fleet.releases) == 100
    # Everybody has it: nobody is ahead, nobody starts again for that.
    generations = {one.id: one.generation for one in fleet.rows()}
    assert (advance_rollout(), advance_rollout(), current_release()) == ("tidied", "", NEW)
    assert {(one.release, one.seen_state) for one in fleet.rows()} == {("", "online")}
    assert {one.id: one.generation for one in fleet.rows()} == generations


def test_a_version_that_fails_is_halted_at_its_first_instance_and_taken_back(fleet):
    make_online(fleet, 20)
    fleet.bad = {NEW}
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    assert fleet.roll() == ["moved", "halted", "tidied"]
    halted = Rollout.objects.get()
    assert (halted.state, halted.reason, halted.ended_at is None, current_release()) == ("halted", "process_ended", False, "")
    fleet.work()
    assert list(fleet.releases.values()) == [""], "one bot met the bad version, and runs with the old one again"
    assert {one.seen_state for one in fleet.rows()} == {"online"}
    assert advance_rollout() == ""


def test_a_version_right_after_another_is_tried_like_any(fleet):
    make_online(fleet, 4)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    while Rollout.objects.filter(state="rolling").exists():
        advance_rollout()
        fleet.work()
    bad = NEW.replace("b" * 64, "c" * 64)
    fleet.bad = {bad}
    begin_rollout(release=bad, actor=OPERATOR, settle_seconds=0)  # before anything of the first was tidied
    assert fleet.roll() == ["tidied"]
    assert fleet.roll() == ["moved", "halted", "tidied"]
    fleet.work()
    assert (current_release(), set(fleet.releases.values())) == (NEW, {NEW})
    assert {one.seen_state for one in fleet.rows()} == {"online"}


def test_a_version_that_fails_late_is_taken_back_from_all_that_have_it(fleet):
    made = make_online(fleet, 12)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    for _ in range(3):
        advance_rollout()
        fleet.work()
    ahead = [one for one in fleet.rows() if one.release]
    assert len(ahead) == 4
    with acting_for(fleet.seller_id):
        fail_instance(Instance.objects.select_for_update().get(id=ahead[0].id), "oom", actor=OPERATOR)
    fleet.copies[ahead[0].id] = CopySeen("ended", ahead[0].generation, "oom")
    assert fleet.roll() == ["halted", "tidied"]
    fleet.work()
    assert len(fleet.releases) == 4 < len(made)
    assert set(fleet.releases.values()) == {""}
    assert {one.seen_state for one in fleet.rows()} == {"online"}


@pytest.mark.parametrize("reason", ["token_invalid", "discord_unreachable"])
def test_what_is_not_the_versions_fault_neither_halts_nor_holds_it(fleet, reason):
    make_online(fleet, 3)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    advance_rollout()
    fleet.work()
    first = next(one for one in fleet.rows() if one.release)
    with acting_for(fleet.seller_id):
        fail_instance(Instance.objects.select_for_update().get(id=first.id), reason, actor=OPERATOR)
    assert advance_rollout() == "moved"


def test_the_others_wait_until_it_has_run_well_for_a_while(fleet):
    make_online(fleet, 3)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=3_600)
    assert advance_rollout() == "moved"
    fleet.work()
    assert (advance_rollout(), advance_rollout()) == ("", "")


def test_one_that_never_comes_online_has_failed(fleet, monkeypatch):
    made = make_online(fleet, 3)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    assert (advance_rollout(), advance_rollout()) == ("moved", "")
    monkeypatch.setattr(rolling, "ONLINE_SECONDS", -1)
    assert advance_rollout() == "halted"
    assert Rollout.objects.get().reason == "start_timeout"
    assert len(made) == 3


def test_the_stopped_and_the_troubled_get_it_with_their_next_start(fleet):
    make_online(fleet, 1)
    stopped = make_instance(fleet.seller_id, seen_state="stopped", wanted_state="stopped")
    troubled = make_instance(fleet.seller_id, seen_state="quarantined", reason="oom")
    none = make_instance(fleet.seller_id, seen_state="online", engine="none")
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    assert fleet.roll() == ["moved", "done", "tidied"]
    assert [row(fleet.seller_id, one).generation for one in (stopped, troubled, none)] == [0, 0, 0]
    change(fleet.seller_id, troubled, seen_state="configured", reason="")
    fleet.work()
    assert fleet.releases[troubled] == NEW


def test_whoever_is_killed_between_two_steps_goes_on_from_the_rows(fleet, monkeypatch):
    make_online(fleet, 4)
    begin_rollout(release=NEW, actor=OPERATOR, settle_seconds=0)
    advance_rollout()
    fleet.work()
    real = rolling.ask_to_run
    calls = []

    def dies(instance: Instance, actor: Actor) -> None:
        calls.append(instance.id)
        raise KeyboardInterrupt

    monkeypatch.setattr(rolling, "ask_to_run", dies)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        advance_rollout()
    assert len([one for one in fleet.rows() if one.release]) == 1, "whoever has the version was told to start with it"
    monkeypatch.setattr(rolling, "ask_to_run", real)
    assert fleet.roll()[-2:] == ["done", "tidied"]
    assert len(fleet.releases) == 4


def test_one_version_at_a_time_and_only_a_fixed_one(fleet, settings):
    settings.ASTRA_ENGINES = ("local", "docker")
    for wrong in ("", "astra-bot:latest", "x" * 201):
        with pytest.raises(ReleaseNotFixed):
            begin_rollout(release=wrong, actor=OPERATOR)
    begin_rollout(release=NEW, actor=OPERATOR)
    with pytest.raises(RolloutRunning):
        begin_rollout(release=NEW, actor=OPERATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rollout.objects.create(release=NEW, settle_seconds=1, actor_kind="operator")
    assert (halt_rollout(reason="by hand"), halt_rollout(reason="by hand")) == (True, False)
