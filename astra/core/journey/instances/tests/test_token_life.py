"""A token's life: what was pasted instead of it, its death, the letter about it, and the next one."""

import base64
import datetime

import pytest
from django.utils.translation import override

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.failures import TokenRefused
from astra.core.integrations.discord.limits import LIMITS
from astra.core.journey.instances import sweeps
from astra.core.journey.instances.actions.change_token import change_token
from astra.core.journey.instances.actions.check_token import check_token
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.examine_instance import examine_instance
from astra.core.journey.instances.actions.read_token import TokenNotAccepted, read_token
from astra.core.journey.instances.actions.stop_instance import stop_instance
from astra.core.journey.instances.actions.tell_owners import tell_owners
from astra.core.journey.instances.models import Finding
from astra.core.journey.instances.queries import findings, guild_channels, instance_facts, working_token
from astra.core.journey.instances.tests.cast import change, make_instance, row

MEMBER = Actor("member", "1")
ID = base64.urlsafe_b64encode(b"310000000000000009").decode().rstrip("=")


@pytest.fixture
def bot(discord_sandbox):
    return discord_sandbox.bot("loja-da-lara", discord_sandbox.guild(discord_sandbox.user("lara")))


@pytest.mark.parametrize(
    ("pasted", "why", "says"),
    [
        ("", "empty", "nada"),
        ("   ", "empty", "nada"),
        ("minha senha", "malformed", "três partes"),
        ("ç.ã.é", "malformed", "três partes"),
        ("hunter2", "malformed", "três partes"),
        ("x" * 300, "malformed", "três partes"),
        (ID, "cut", "inteiro"),
        (f"{ID}.GxYz12", "cut", "inteiro"),
        (f"{ID}.GxYz12.", "cut", "inteiro"),
        ("MzEw.x.y", "cut", "inteiro"),
        ("kq3JpX0bGcD7eRm1Yv5TnWz8LhAs2UfQ", "client_secret", "segredo"),
        ("ab12" * 16, "public_key", "chave pública"),
        ("1180000000000000001", "application_id", "ID do aplicativo"),
        ("mfa.abcDEF123_-abcDEF123", "user_token", "conta de uma pessoa"),
        ("https://discord.com/api/webhooks/1/abc", "webhook", "webhook"),
        ("https://discord.com/oauth2/authorize?client_id=1", "link", "link"),
    ],
)
def test_what_is_no_token_is_named_and_never_sent(seller, settings, pasted, why, says):
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"  # were it sent, it would be "unreachable"
    with pytest.raises(TokenNotAccepted) as refused, override("pt-br"):
        read_token(Secret(pasted))
    assert refused.value.why == why
    with override("pt-br"):
        text = str(refused.value.text)
    assert says.lower() in text.lower()
    assert "Nada foi salvo" in text
    assert pasted.strip() == "" or pasted not in text


def test_a_token_of_the_right_form_that_discord_refuses_was_reset(discord_sandbox, bot):
    discord_sandbox.revoke(bot.id)
    with pytest.raises(TokenNotAccepted) as refused:
        read_token(Secret(bot.token))
    assert refused.value.why == "revoked"


def test_around_a_token_people_paste_much(discord_sandbox, bot):
    for pasted in (f'"{bot.token}"', f" Bot {bot.token}\n", f"'{bot.token}' "):
        assert read_token(Secret(pasted))[0].reveal() == bot.token


def connect(seller, bot, engine="none"):
    instance_id = create_instance(seller_id=seller.id, name="Loja", token=Secret(bot.token), engine=engine, actor=MEMBER)
    return instance_id


def dead_calls(discord, bot):
    """How often Discord was asked with the dead token: it knows it by the owner in its first part."""
    return [one for one in discord.requests(bot.id) if one["status"] == 401]


def test_a_dead_token_is_seen_told_once_and_then_left_in_peace(seller, discord_sandbox, bot, queue, mailoutbox, settings):
    instance_id = connect(seller, bot)
    queue.forget()
    discord_sandbox.revoke(bot.id)
    LIMITS.forget()
    check_token(seller_id=seller.id, instance_id=instance_id)
    facts = instance_facts(seller.id, instance_id)
    assert (facts.seen_state, facts.reason) == ("errored", "token_invalid")
    assert [one.step.reason for one in findings(seller.id, instance_id) if one.closed_at is None] == ["token_invalid"]
    queue.run()
    assert [mail.to for mail in mailoutbox] == [[seller.email]]
    assert "precisa de você" in mailoutbox[0].subject
    assert "token" in mailoutbox[0].body
    assert str(instance_id) in mailoutbox[0].body
    assert bot.token not in mailoutbox[0].body

    asked_before = len(dead_calls(discord_sandbox, bot))
    assert asked_before == 1
    for _ in range(3):  # whatever an hour brings: pages, sweeps, jobs, another program's memory
        LIMITS.forget()
        with pytest.raises(TokenRefused):
            guild_channels(seller.id, instance_id)
        with pytest.raises(TokenRefused):
            working_token(seller.id, instance_id)
        examine_instance(seller_id=seller.id, instance_id=instance_id)
        connect_endpoint(seller_id=seller.id, instance_id=instance_id)
        assert (sweeps.sweep_endpoints(), sweeps.sweep_examinations()) == (0, 0)
        queue.run()
    assert len(dead_calls(discord_sandbox, bot)) == asked_before
    assert len(mailoutbox) == 1, "told once"


def test_stopping_a_bot_with_a_dead_token_asks_at_most_once(seller, discord_sandbox, bot, queue):
    instance_id = connect(seller, bot)
    connect_endpoint(seller_id=seller.id, instance_id=instance_id)
    discord_sandbox.revoke(bot.id)
    LIMITS.forget()
    check_token(seller_id=seller.id, instance_id=instance_id)
    before = len(dead_calls(discord_sandbox, bot))
    stop_instance(seller_id=seller.id, instance_id=instance_id, actor=MEMBER)
    for _ in range(4):
        LIMITS.forget()
        queue.run()
        sweeps.sweep_endpoints()
    assert len(dead_calls(discord_sandbox, bot)) <= before + 1
    assert instance_facts(seller.id, instance_id).seen_state == "stopped"


def test_the_next_token_opens_everything_again(seller, discord_sandbox, bot, queue, mailoutbox):
    instance_id = connect(seller, bot)
    queue.forget()
    discord_sandbox.revoke(bot.id)
    LIMITS.forget()
    check_token(seller_id=seller.id, instance_id=instance_id)
    queue.run()
    new = discord_sandbox.renew(bot.id)
    change_token(seller_id=seller.id, instance_id=instance_id, token=Secret(new), actor=MEMBER)
    facts = instance_facts(seller.id, instance_id)
    assert (facts.seen_state, facts.reason) == ("configured", "")
    assert working_token(seller.id, instance_id).reveal() == new
    assert guild_channels(seller.id, instance_id)
    assert "instances.connect_endpoint" in queue.names()


def test_a_lost_letter_is_written_by_the_sweep(seller, queue, mailoutbox):
    instance_id = make_instance(seller.id)
    with acting_for(seller.id):
        early = row(seller.id, instance_id).since_at - datetime.timedelta(minutes=5)
        Finding.objects.create(
            seller_id=seller.id, instance_id=instance_id, step="server", verdict="blocked", reason="guild_left",
            facts={"server": "Guilda do Norte"}, since_at=early,
        )  # fmt: skip
    assert (sweeps.sweep_untold(), tell_owners(seller_id=seller.id, instance_id=instance_id)) == (1, 1)
    assert (sweeps.sweep_untold(), tell_owners(seller_id=seller.id, instance_id=instance_id)) == (0, 0)
    queue.run()
    assert len(mailoutbox) == 1
    assert "Guilda do Norte" in mailoutbox[0].body


def test_another_program_with_the_token_is_told_though_the_shop_sells(seller, queue, mailoutbox):
    instance_id = make_instance(seller.id)
    with acting_for(seller.id):
        early = row(seller.id, instance_id).since_at - datetime.timedelta(minutes=5)
        for step, reason in (("elsewhere", "token_in_use_elsewhere"), ("commands", "commands_missing")):
            Finding.objects.create(seller_id=seller.id, instance_id=instance_id, step=step, verdict="warned", reason=reason, since_at=early)
    assert (sweeps.sweep_untold(), tell_owners(seller_id=seller.id, instance_id=instance_id)) == (1, 1)
    queue.run()
    (letter,) = mailoutbox
    assert "Outro programa usa o token deste bot" in letter.body
    assert "“Trocar o token”" in letter.body
    assert "/compras" not in letter.body


def test_the_same_trouble_again_within_the_hour_is_no_news(seller, queue, mailoutbox):
    instance_id = make_instance(seller.id)
    for _ in range(3):
        with acting_for(seller.id):
            Finding.objects.filter(instance_id=instance_id).update(closed_at=row(seller.id, instance_id).since_at)
            Finding.objects.create(
                seller_id=seller.id, instance_id=instance_id, step="send_messages", place="9", place_name="vitrine",
                verdict="blocked", reason="missing_permissions", facts={"permission": "send_messages"},
            )  # fmt: skip
        tell_owners(seller_id=seller.id, instance_id=instance_id)
    queue.run()
    assert len(mailoutbox) == 1


def test_the_token_that_a_bot_on_air_runs_with_leaves_it_alone(seller, bot, queue):
    """Pasted again by mistake, or to be sure: no new generation, so nobody's press meets a bot that is being replaced."""
    instance_id = connect(seller, bot, "local")
    paste = {"seller_id": seller.id, "instance_id": instance_id, "token": Secret(bot.token), "actor": MEMBER}
    change(seller.id, instance_id, seen_state="online", generation=7)
    queue.forget()
    before = row(seller.id, instance_id)
    assert change_token(**paste) is False
    after = row(seller.id, instance_id)
    assert (after.version, after.generation, after.seen_state) == (before.version, 7, "online")
    assert queue.names() == []
    for state in ("errored", "backoff", "degraded", "quarantined"):  # in trouble it begins afresh
        change(seller.id, instance_id, seen_state=state, reason="process_ended")
        generation = row(seller.id, instance_id).generation
        assert change_token(**paste) is True
        assert row(seller.id, instance_id).seen_state == "configured"
        assert row(seller.id, instance_id).generation > generation
