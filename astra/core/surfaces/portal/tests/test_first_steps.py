"""What bothered the first person who opened a shop here."""

import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from astra.core.foundation.audit import Actor
from astra.core.foundation.clock import current_instant
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.suspend_seller import suspend_seller
from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.queries import coupons, products
from astra.core.journey.instances.models import Instance
from astra.core.surfaces.portal.journey import sight_of, trail_of
from tests.support.clock import MovableClock


@pytest.fixture
def browser(client: Any, seller: Any) -> Any:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-BR"
    client.force_login(User.objects.get(id=seller.user_id))
    return client


@pytest.fixture
def bot(seller: Any) -> Instance:
    """A bot on air that nobody has taken into a server."""
    with acting_for(seller.id):
        return Instance.objects.create(
            seller_id=seller.id, name="Bot", engine="none", transport="http", application_id="1", application_name="Bot",
            bot_id="1", bot_name="Bot", verify_key="00", sealed_token=b"", seen_state="online",
        )  # fmt: skip


def day(days: int) -> str:
    return (timezone.localtime(current_instant()).date() + datetime.timedelta(days=days)).isoformat()


def test_a_coupon_of_a_day_that_is_over_is_refused(browser: Any, seller: Any) -> None:
    page = browser.post(reverse("coupons"), {"code": "NATAL", "kind": "percent", "value": "10", "ends_on": day(-1)}).content.decode()
    assert "Este dia já passou" in page
    assert not coupons(seller.id)


def test_a_coupon_shows_its_last_day_and_then_that_it_is_over(browser: Any, seller: Any, clock: MovableClock) -> None:
    browser.post(reverse("coupons"), {"code": "HOJE", "kind": "percent", "value": "10", "ends_on": day(0)})
    today = timezone.localtime(current_instant())
    page = browser.get(reverse("coupons")).content.decode()
    assert f"{today.day}/{today.month}" in page[page.index("HOJE") :]
    assert ">vale</span>" in page
    clock.move(hours=24)
    page = browser.get(reverse("coupons")).content.decode()
    assert ">vencido</span>" in page
    assert ">vale</span>" not in page


def test_a_price_with_letters_in_it_is_not_guessed_at(browser: Any, seller: Any) -> None:
    sent = {"name": "Jogo", "description": "", "no_stock": "refuse", "variation_name_1": "Única", "variation_price_1": "1e9"}
    assert "Escreva um valor como 19,90." in browser.post(reverse("new_product"), sent).content.decode()
    assert not products(seller.id)


def test_a_bot_in_no_server_is_the_next_step_and_the_page_sees_it_arrive(browser: Any, seller: Any, bot: Instance) -> None:
    trail = trail_of(sight_of(seller.id, "Lara"))
    assert trail.next_step is not None
    assert (trail.next_step.name, trail.next_step.where) == ("instances", reverse("instance", args=[bot.id]))
    part = browser.get(reverse("instance_state", args=[bot.id])).content.decode()
    assert "Abrir o convite" in part
    assert "O que aconteceu" in part
    assert 'hx-trigger="every 2s"' in part, "the doctor is on his way"
    with acting_for(seller.id):
        Instance.objects.filter(id=bot.id).update(guild_id="5", guild_name="Guilda do Norte")
    part = browser.get(reverse("instance_state", args=[bot.id])).content.decode()
    assert "Abrir o convite" not in part
    assert "Guilda do Norte" in part
    assert 'hx-trigger="every 4s"' in part
    assert trail_of(sight_of(seller.id, "Lara")).steps[2].is_done


def test_the_way_to_the_developer_page_is_a_link(browser: Any, settings: Any) -> None:
    settings.ASTRA_DISCORD_SITE = "https://discord.example"
    assert 'href="https://discord.example/developers/applications"' in browser.get(reverse("new_instance")).content.decode()


def test_a_suspended_shop_is_told_so_on_its_first_page(browser: Any, seller: Any, operator: Any) -> None:
    assert "Sua loja está suspensa" not in browser.get(reverse("home")).content.decode()
    suspend_seller(seller_id=seller.id, reason="teste", actor=Actor("operator", str(operator.id)))
    assert "Sua loja está suspensa" in browser.get(reverse("home")).content.decode()


def test_an_empty_wallet_offers_nothing_to_withdraw(browser: Any) -> None:
    page = browser.get(reverse("wallet")).content.decode()
    assert "Nada a sacar agora." in page
    assert "Pode sacar agora" not in page
