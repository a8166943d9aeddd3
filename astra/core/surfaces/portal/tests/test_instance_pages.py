"""The bot's pages: what is wrong and its remedy, channels, profile, engine, log; and publishing asks the doctor first."""

import datetime
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord import permissions as bits
from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.actions.create_instance import create_instance
from astra.core.journey.instances.actions.keep_pulse import add_answers, keep_pulse
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import answer_times, instance_facts, instances, runtime_report, shop_channels, uptime
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.tests.cast import change
from astra.core.journey.publication.queries import publications
from astra.protocol.messages import Pulse
from tests.support.cast import PASSWORD

MEMBER = Actor("member", "1")
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def browser(client, seller):
    client.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def guild(discord_sandbox):
    return discord_sandbox.guild(discord_sandbox.user("marina"))


@pytest.fixture
def bot(discord_sandbox, guild):
    return discord_sandbox.bot("loja", guild)


@pytest.fixture
def instance_id(seller, bot):
    made = create_instance(seller_id=seller.id, name="Loja", token=Secret(bot.token), engine="local", actor=MEMBER)
    connect_endpoint(seller_id=seller.id, instance_id=made)
    return made


def said(browser, name, instance_id):
    answer = browser.get(reverse(name, args=[instance_id]))
    assert answer.status_code == 200
    return answer.content.decode()


def deny(discord, guild, permission):
    address = f"/_sandbox/channels/{guild.channel_id}/permissions/{guild.id}"
    discord._done(discord._client.put(address, json={"allow": "0", "deny": str(permission)}))


def choose(browser, instance_id, guild):
    return browser.post(reverse("instance_channels", args=[instance_id]), {"guild_id": guild.id, "channels": [guild.channel_id]})


def test_from_the_server_to_the_channels_to_the_examination(browser, seller, guild, instance_id, queue):
    assert "Escolha onde quer vender" in said(browser, "instance", instance_id)
    queue.run("instances.examine_soon", "instances.examine")
    page = said(browser, "instance_exam", instance_id)
    assert "só o próprio bot foi examinado" in page
    assert "Tudo funciona" not in page
    assert "hx-swap-oob" not in page
    for part in ("instance_state", "instance_exam_steps"):
        assert 'id="exam-count" hx-swap-oob="true"' in said(browser, part, instance_id), "the number beside the tab is refreshed, too"
    page = said(browser, "instance_channels", instance_id)
    assert guild.channel_id in page
    answer = choose(browser, instance_id, guild)
    assert answer["Location"] == reverse("instance_exam", args=[instance_id])
    assert [key for key, _name in shop_channels(seller.id, instance_id)] == [guild.channel_id]
    queue.run("instances.examine_soon", "instances.examine", including_later=True)
    page = said(browser, "instance_exam", instance_id)
    assert "Tudo funciona" in page
    assert "Escolha onde quer vender" not in said(browser, "instance", instance_id)


def test_a_removed_permission_is_shown_with_its_remedy_and_leaves_by_a_click(browser, seller, discord_sandbox, guild, instance_id, queue):
    choose(browser, instance_id, guild)
    deny(discord_sandbox, guild, bits.SEND_MESSAGES)
    page = browser.post(reverse("instance_exam", args=[instance_id]), follow=True).content.decode()
    assert "falta ao bot a permissão “Enviar mensagens”" in page
    assert "Resolver" in page
    state = said(browser, "instance_state", instance_id)
    assert "1 coisa a resolver" in state
    where = reverse("fix_step", args=[instance_id])
    page = browser.post(where, {"step": "send_messages", "place": guild.channel_id}, follow=True).content.decode()
    assert "Resolvido, e examinado de novo." in page
    assert "Tudo funciona" in page
    page = browser.post(where, {"step": "send_messages", "place": guild.channel_id}, follow=True).content.decode()
    assert "não há mais nada a resolver" in page


def test_with_a_dead_token_the_way_leads_to_the_token_and_nothing_else_is_offered(browser, seller, discord_sandbox, guild, instance_id):
    choose(browser, instance_id, guild)
    deny(discord_sandbox, guild, bits.SEND_MESSAGES)
    browser.post(reverse("instance_exam", args=[instance_id]))
    assert "Resolver" in said(browser, "instance", instance_id)
    change(seller.id, instance_id, seen_state="errored", reason="token_invalid")
    for page in ("instance", "instance_exam"):
        told = said(browser, page, instance_id)
        assert "Resolver" not in told
        assert 'id="to-token"' in told
    answer = browser.post(reverse("fix_step", args=[instance_id]), {"step": "send_messages", "place": guild.channel_id}, follow=True)
    assert "Resolvido" not in answer.content.decode()


def test_publishing_where_the_bot_cannot_write_is_refused_before_anything_is_kept(browser, seller, discord_sandbox, guild, instance_id):
    news = [NewVariation(name="Padrão", price_minor=1000)]
    product = create_product(seller_id=seller.id, name="Sertão", description="", no_stock="refuse", variations=news, actor=MEMBER)
    deny(discord_sandbox, guild, bits.VIEW_CHANNEL)
    form = {"product_id": str(product), "instance_id": str(instance_id), "channel_id": guild.channel_id}
    page = browser.post(reverse("publications"), form).content.decode()
    assert "Ver canal" in page
    assert publications(seller.id) == []
    deny(discord_sandbox, guild, 0)
    assert browser.post(reverse("publications"), form).status_code == 302
    assert len(publications(seller.id)) == 1


def test_the_profile_is_applied_and_its_refusals_are_words(browser, seller, discord_sandbox, bot, instance_id):
    where = reverse("instance_profile", args=[instance_id])
    form = {"name": "Lampiao Bot", "presence": "Aberta 24 h", "about": "A loja do sertão."}
    page = browser.post(where, {**form, "avatar": SimpleUploadedFile("eu.png", PNG)}, follow=True).content.decode()
    assert "Perfil alterado." in page
    facts = instance_facts(seller.id, instance_id)
    assert (facts.bot_name, facts.presence_text) == ("Lampiao Bot", "Aberta 24 h")
    sent = [one["method"] + " " + one["path"].rpartition("/api/v10")[2] for one in discord_sandbox.requests(bot.id)]
    assert {"PATCH /users/@me", f"PATCH /guilds/{facts.guild_id}/members/@me"} <= set(sent)

    page = browser.post(where, {**form, "avatar": SimpleUploadedFile("eu.png", PNG)}, follow=True).content.decode()
    assert "Perfil alterado." in page, "a picture alone, the name as it is"
    page = browser.post(where, {**form, "avatar": SimpleUploadedFile("eu.png", b"MZ not a picture")}).content.decode()
    assert "não é uma imagem" in page
    rate_limit = {"match": "PATCH /users/@me", "kind": "rate_limit", "seconds": 900, "times": 9}
    discord_sandbox.faults(rate_limit)
    page = browser.post(where, {**form, "name": "Outro nome"}).content.decode()
    assert "duas vezes por hora" in page
    assert instance_facts(seller.id, instance_id).bot_name == "Lampiao Bot"


def test_the_colour_of_the_messages_is_the_shops_and_can_be_taken_back(browser, seller, instance_id, queue):
    where = reverse("instance_profile", args=[instance_id])
    form = {"name": instance_facts(seller.id, instance_id).bot_name, "presence": "", "about": ""}
    queue.forget()
    assert 'value="#0f7d90"' in browser.get(where).content.decode()
    browser.post(where, {**form, "accent": "#aa00FF"})
    assert instance_facts(seller.id, instance_id).accent == 0xAA00FF
    assert queue.names().count("publication.refresh_instance") == 1
    assert 'value="#aa00ff"' in browser.get(where).content.decode()
    page = browser.post(where, {**form, "accent": "roxo"}).content.decode()
    assert "seis dígitos" in page
    browser.post(where, {**form, "accent": "#aa00ff"})
    assert queue.names().count("publication.refresh_instance") == 1, "nothing changed, nothing is drawn"
    page = browser.post(where, {**form, "accent": "#aa00ff", "usual_colour": "1"}, follow=True).content.decode()
    assert instance_facts(seller.id, instance_id).accent is None
    assert "usual_colour" not in page


def test_discords_own_word_for_a_fast_change_is_understood(monkeypatch):
    from astra.core.integrations.discord.failures import Refused
    from astra.core.integrations.discord.rest import _problems
    from astra.core.journey.instances.actions.change_profile import _in_words

    tree = {"username": {"_errors": [{"code": "USERNAME_RATE_LIMIT", "message": "You are changing your username too fast."}]}}
    failure = _in_words(Refused(400, 50035, "Invalid Form Body", _problems(tree)), "avatar")
    assert failure.field == "name"
    assert failure.facts["code"] == "USERNAME_RATE_LIMIT"


def test_a_bot_moves_to_an_engine_of_the_plan_and_to_no_other(browser, seller, instance_id):
    where = reverse("move_engine", args=[instance_id])
    browser.post(where, {"engine": "none"})
    facts = instance_facts(seller.id, instance_id)
    assert (facts.engine, facts.transport, facts.seen_state) == ("none", "http", "configured")
    generation = facts.generation
    for wrong in ("", "moon", "none"):
        browser.post(where, {"engine": wrong})
    facts = instance_facts(seller.id, instance_id)
    assert (facts.engine, facts.generation) == ("none", generation)


def test_lines_and_charts_come_from_what_the_bot_told(browser, seller, instance_id):
    with acting_for(seller.id):
        instance = Instance.objects.get(id=instance_id)
        for number in range(30):
            lines = tuple(f"2026-11-20T12:00:00Z WARNING astra.bot linha {number}.{at} <b>" for at in range(10))
            keep_pulse(instance, Pulse(2, 100, 80, 1, 41, lines), real_instant())
    report = runtime_report(seller.id, instance_id)
    assert (len(report.lines), report.latency_ms) == (120, 41)
    page = said(browser, "instance_log", instance_id)
    assert "linha 29.9" in page
    assert "linha 0.0" not in page
    assert "<b>" not in page.split("log-lines")[1].split("</section>")[0]
    (sample, *_rest) = answer_times(seller.id, instance_id)
    assert (sample.answers, sample.mean_ms, sample.worst_ms) == (60, 50, 80) or len(_rest) == 1
    assert "50" in said(browser, "instance", instance_id)
    assert "data-chart" not in said(browser, "instance", instance_id), "under five points the numbers are written"
    with acting_for(seller.id):
        for hours in range(1, 7):
            add_answers(seller.id, instance_id, real_instant() - datetime.timedelta(hours=hours), answers=2, total_ms=90, worst_ms=70)
    chart = said(browser, "instance", instance_id).split('data-chart="')[1].split('"')[0].replace("&quot;", '"')
    assert len(json.loads(chart)["x"]) >= 7


def test_the_log_is_held_still_and_a_shared_process_shows_none(browser, seller, instance_id):
    with acting_for(seller.id):
        keep_pulse(
            Instance.objects.get(id=instance_id), Pulse(0, 0, 0, 1, 41, ("2026-11-20T12:00:00Z ERROR astra.bot alto",)), real_instant()
        )
    assert "every 3s" in said(browser, "instance_log", instance_id)
    assert 'class="is-bad"' in said(browser, "instance_log", instance_id)
    for name in ("instance_log", "instance_log_lines"):
        still = browser.get(reverse(name, args=[instance_id]), {"paused": "1"}).content.decode()
        assert "every 3s" not in still
        assert "astra.bot alto" in still
    change(seller.id, instance_id, engine="pool")
    told = said(browser, "instance_log", instance_id)
    assert "divide o processo" in told
    assert "astra.bot alto" not in told, "what it told before it moved is not how it is now"


def test_a_bot_on_an_engine_that_the_operator_chose_says_so(browser, seller, instance_id):
    assert "escolheu assim" not in said(browser, "instance", instance_id)
    change(seller.id, instance_id, engine="kubernetes")
    assert "Quem cuida desta instalação escolheu assim" in said(browser, "instance", instance_id)


def test_parting_with_a_bot_frees_its_place(browser, seller, instance_id):
    assert "Desligar Loja de vez" in said(browser, "instance", instance_id)
    asked = browser.post(reverse("archive_instance", args=[instance_id]))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert len(instances(seller.id)) == 1
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = browser.post(reverse("archive_instance", args=[instance_id]), follow=True)
    assert "está livre" in answer.content.decode()
    assert instances(seller.id) == []
    assert browser.post(reverse("archive_instance", args=[instance_id])).status_code == 404


def test_uptime_is_the_share_of_the_wanted_time(seller, instance_id):
    from astra.core.journey.instances.machine import move

    hours = uptime(seller.id, instance_id)
    assert len(hours) == 24
    assert hours[-1][1] == 0.0
    assert all(share is None for _at, share in hours[:-2])
    with acting_for(seller.id):
        instance = Instance.objects.get(id=instance_id)
        move(instance, "started", actor=MEMBER)
        move(instance, "came_online", actor=MEMBER)
    share = uptime(seller.id, instance_id)[-1][1]
    assert share is not None
    assert 0.0 <= share <= 1.0
