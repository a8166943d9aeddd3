"""A seller connects a bot: checked live at the offline Discord, with exact reasons."""

import json
import uuid

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.actions.archive_instance import archive_instance
from astra.core.journey.instances.actions.change_token import OtherApplication, change_token
from astra.core.journey.instances.actions.create_instance import (
    ApplicationConnected,
    ApplicationTaken,
    EngineNotAllowed,
    TooManyInstances,
    create_instance,
)
from astra.core.journey.instances.actions.read_token import DiscordUnreachable, TokenNotAccepted
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import bot_token, guild_channels, instance_facts, instance_of_application, instances, invite_url
from astra.core.journey.instances.tests.cast import make_instance, row

MEMBER = Actor("member", "1")


def connect(seller, token, engine="local", name="Minha loja"):
    return create_instance(seller_id=seller.id, name=name, token=Secret(token), engine=engine, actor=MEMBER)


@pytest.fixture
def bot(discord_sandbox):
    return discord_sandbox.bot("loja-da-lara")


def test_a_good_token_is_sealed_and_the_bot_is_wanted(seller, bot, settings):
    instance_id = connect(seller, f"  Bot {bot.token}\n")
    facts = instance_facts(seller.id, instance_id)
    assert (facts.name, facts.engine, facts.transport) == ("Minha loja", "local", "relay")
    assert (facts.application_id, facts.bot_id, facts.verify_key) == (bot.id, bot.bot_id, bot.verify_key)
    assert (facts.wanted_state, facts.seen_state, facts.reason) == ("running", "configured", "")
    kept = row(seller.id, instance_id)
    assert bot.token.encode() not in bytes(kept.sealed_token)
    assert bot_token(seller.id, instance_id).reveal() == bot.token
    assert bot.token not in repr(facts)
    assert instance_of_application(bot.id) == facts
    assert [one.id for one in instances(seller.id)] == [instance_id]
    assert f"client_id={bot.id}" in invite_url(facts)


def test_without_a_name_it_has_the_applications(seller, bot):
    assert instance_facts(seller.id, connect(seller, bot.token, name="  ")).name == bot.name


@pytest.mark.parametrize("token", ["", "   ", "a b", "x" * 300, "ç", "a\nb", "MzEw.x.y"])
def test_a_token_discord_does_not_know_is_refused_and_nothing_is_written(seller, discord_sandbox, token):
    with pytest.raises(TokenNotAccepted):
        connect(seller, token)
    assert instances(seller.id) == []


def test_a_revoked_token_is_refused(seller, discord_sandbox, bot):
    discord_sandbox.revoke(bot.id)
    with pytest.raises(TokenNotAccepted):
        connect(seller, bot.token)


def test_discord_out_of_reach_is_told_apart_from_a_bad_token(seller, bot, settings):
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    with pytest.raises(DiscordUnreachable):
        connect(seller, bot.token)
    assert instances(seller.id) == []


def test_an_application_belongs_to_one_seller(seller, other_seller, bot):
    instance_id = connect(seller, bot.token)
    with pytest.raises(ApplicationTaken):
        connect(other_seller, bot.token)
    with pytest.raises(ApplicationConnected):
        connect(seller, bot.token)
    assert instances(other_seller.id) == []
    archive_instance(seller_id=seller.id, instance_id=instance_id, actor=MEMBER)
    assert instance_of_application(bot.id) is None
    theirs = connect(other_seller, bot.token)
    found = instance_of_application(bot.id)
    assert found is not None
    assert (found.id, found.seller_id) == (theirs, other_seller.id)


def test_the_plan_limits_number_and_engine(seller, bot, discord_sandbox):
    with pytest.raises(EngineNotAllowed):
        connect(seller, bot.token, engine="docker")
    set_allowance(
        seller_id=seller.id, plan_name="x", sells_until=None, max_instances=1, max_products=1, fee_basis_points=0, engines=["none"]
    )
    with pytest.raises(EngineNotAllowed) as refused:
        connect(seller, bot.token, engine="local")
    assert "Começo" in str(refused.value.text)
    connect(seller, bot.token, engine="none")
    with pytest.raises(TooManyInstances):
        connect(seller, discord_sandbox.bot("outro").token, engine="none")


def test_somebody_elses_instance_is_not_found(seller, other_seller):
    instance_id = make_instance(seller.id)
    assert access_instance(seller.id, str(instance_id)).id == instance_id
    for wrong in (instance_id, uuid.uuid4(), "nonsense"):
        with pytest.raises(NotFound):
            access_instance(other_seller.id, wrong)


def test_a_new_token_of_the_same_bot_begins_afresh(seller, discord_sandbox, bot):
    instance_id = connect(seller, bot.token)
    with acting_for(seller.id):
        Instance.objects.update(seen_state="errored", reason="token_invalid", endpoint="relay")
    fresh = discord_sandbox.renew(bot.id)
    with pytest.raises(OtherApplication):
        change_token(seller_id=seller.id, instance_id=instance_id, token=Secret(discord_sandbox.bot("b").token), actor=MEMBER)
    with pytest.raises(TokenNotAccepted):
        change_token(seller_id=seller.id, instance_id=instance_id, token=Secret(bot.token), actor=MEMBER)
    assert row(seller.id, instance_id).seen_state == "errored"
    before = row(seller.id, instance_id).generation
    change_token(seller_id=seller.id, instance_id=instance_id, token=Secret(fresh), actor=MEMBER)
    after = row(seller.id, instance_id)
    assert (after.seen_state, after.reason, after.endpoint) == ("configured", "", "")
    assert after.generation > before
    assert bot_token(seller.id, instance_id).reveal() == fresh


def test_no_trace_of_the_token_in_audit_history_or_queue(seller, bot, queue):
    from astra.core.foundation.audit import AuditRow

    instance_id = connect(seller, bot.token)
    with acting_for(seller.id):
        written = json.dumps([str(vars(one)) for one in AuditRow.objects.all()] + [str(vars(row(seller.id, instance_id)))])
    assert bot.token not in written
    assert bot.token not in json.dumps([queue.jobs(name) for name in set(queue.names())])


def test_channels_are_read_from_discord(seller, discord_sandbox):
    guild = discord_sandbox.guild(discord_sandbox.user("lara"), name="Servidor")
    instance_id = connect(seller, discord_sandbox.bot("loja", guild).token)
    found = guild_channels(seller.id, instance_id)
    assert (guild.id, "Servidor", guild.channel_id, "geral") in [(a, b, c, d.removeprefix("#")) for a, b, c, d in found]
