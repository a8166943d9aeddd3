"""The bot's pages in a browser: wizard, examination with its remedy, charts, profile, log, and the operator's side; axe finds nothing."""

import datetime

import pytest
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord import permissions as bits
from astra.core.journey.accounts.models import User
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.actions.keep_pulse import add_answers, keep_pulse
from astra.core.journey.instances.machine import move
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import instances
from astra.core.journey.instances.real_clock import real_instant
from astra.protocol.messages import Pulse
from tests.browser.story import make_operator
from tests.browser.test_pages import MODES, SHOTS, look_at, signed_in
from tests.support.cast import make_seller
from tests.support.queue import QueueInTest

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(600)]


def test_a_bot_is_connected_examined_mended_and_watched(live_address, chromium, discord_sandbox):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller, queue = make_seller("marina@loja.example", "Lampião Digital"), QueueInTest()
    user, operator = User.objects.get(id=seller.user_id), make_operator()
    guild = discord_sandbox.guild(discord_sandbox.user("marina"), name="Guilda do Norte")
    bot = discord_sandbox.bot("Lampião Digital", guild)
    wrong: list[str] = []

    def look(name: str, path: str, person: User = user, modes: list[tuple[int, str]] = MODES[:2]) -> None:
        for width, theme in modes:
            context = signed_in(chromium, live_address, person, width, theme)
            wrong.extend(look_at(context.new_page(), f"bot-{name}-{width}-{theme}", live_address + path))
            context.close()

    page = signed_in(chromium, live_address, user, 1280, "light").new_page()
    page.goto(live_address + reverse("new_instance"))
    page.get_by_role("img", name="Desenho da página Bot").wait_for()
    page.get_by_label("Token do bot").fill("kq3JpX0bGcD7eRm1Yv5TnWz8LhAs2UfQ")
    page.get_by_role("button", name="Conferir e conectar").click()
    page.get_by_text("segredo (client secret)").wait_for()
    look("new", reverse("new_instance"))
    page.get_by_label("Token do bot").fill(bot.token)
    page.get_by_role("button", name="Conferir e conectar").click()
    page.get_by_text("Bot conectado.").wait_for()
    (facts,) = instances(seller.id)
    connect_endpoint(seller_id=seller.id, instance_id=facts.id)
    page.goto(live_address + reverse("instance", args=[facts.id]))
    page.get_by_role("link", name="Escolher os canais").click()
    page.get_by_label("#").first.check()
    look("channels", reverse("instance_channels", args=[facts.id]))
    page.get_by_role("button", name="Usar estes canais").click()
    page.get_by_text("Canais escolhidos.").wait_for()
    address = f"/_sandbox/channels/{guild.channel_id}/permissions/{guild.id}"
    discord_sandbox._done(discord_sandbox._client.put(address, json={"allow": "0", "deny": str(bits.SEND_MESSAGES)}))
    page.get_by_role("button", name="Examinar agora").click()
    page.get_by_text("falta ao bot a permissão “Enviar mensagens”").first.wait_for()
    look("exam-wrong", reverse("instance_exam", args=[facts.id]))
    _live(seller.id, facts.id)
    look("state-wrong", reverse("instance", args=[facts.id]), modes=MODES)
    look("admin-list-wrong", reverse("admin_instances"), operator)
    look("admin-one-wrong", reverse("admin_instance", args=[facts.id]), operator)
    page.get_by_role("button", name="Resolver").first.click()
    page.get_by_text("Resolvido, e examinado de novo.").wait_for()
    page.get_by_text("Tudo funciona").wait_for()
    look("profile", reverse("instance_profile", args=[facts.id]))
    look("log", reverse("instance_log", args=[facts.id]))
    page.goto(live_address + reverse("instance", args=[facts.id]))
    page.locator(".chart canvas").first.wait_for()
    page.get_by_text("Em tabela").first.wait_for()
    queue.forget()
    assert not wrong, "\n".join(wrong)


def _live(seller_id, instance_id) -> None:
    """A day's life of the bot: on air, answers of several hours, a few lines."""
    with acting_for(seller_id):
        instance = Instance.objects.get(id=instance_id)
        move(instance, "started", actor=Actor.system("supervisor"))
        move(instance, "came_online", actor=Actor.system("bot"))
        now = real_instant()
        for at in range(40):
            moment = now - datetime.timedelta(minutes=25 * at)
            add_answers(
                seller_id,
                instance_id,
                moment,
                answers=3 + at % 4,
                total_ms=(3 + at % 4) * (60 + 7 * (at % 9)),
                worst_ms=150 + 40 * (at % 5),
            )
        lines = (
            "2026-11-20T12:00:00Z INFO astra.bot session of generation 1, pid 4121",
            "2026-11-20T12:00:01Z INFO astra.bot.gateway online",
            "2026-11-20T12:04:10Z WARNING astra.bot.heart the core is away: status 502",
            "2026-11-20T12:04:25Z INFO astra.bot.heart the core is back",
        )
        keep_pulse(instance, Pulse(1, 80, 80, 1, 41, lines), now)
