"""A Discord account beside an account: linked, confirmed by, taken away; and what an attacker tries in between."""

import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.urls import reverse

from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.queries import discord_id_of
from tests.support.cast import PASSWORD
from tests.support.discord_door import begin, browser, come_back, is_in, through_discord
from tests.support.post import arrived

pytestmark = pytest.mark.django_db
ELSEWHERE = ("https://evil.example/", "//evil.example/", r"\\evil.example", "http:///evil.example", "javascript:alert(1)",
             "https:evil.example", "/\\evil.example", "http://testserver@evil.example/", "http://localhost:6666/", "\thttps://evil.example")  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def bia(discord_door):
    return discord_door.user("bia")


@pytest.fixture
def shop(seller):
    return signed_in(seller.email)


@pytest.fixture
def only_discord(seller, bia):
    """The seller, who has no password and comes in by Discord."""
    user = User.objects.get(id=seller.user_id)
    user.set_unusable_password()
    user.save()
    SocialAccount.objects.create(user=user, provider="discord", uid=bia)
    return seller


def signed_in(email):
    client = browser()
    assert client.post(reverse("account_login"), {"login": email, "password": PASSWORD})["Location"] == "/"
    return client


def confirm(client):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def linked(client, discord, user_id):
    confirm(client)
    return through_discord(client, discord, user_id, "link_discord")


def leads_to_evil(page):
    """A hidden field may say it again: it is weighed when it is sent."""
    return re.findall(r'(?:href|action|src)="[^"]*evil[^"]*"', page.content.decode())


def grow_old(client):
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()


def test_linking_asks_for_the_password_and_ends_the_other_sessions(discord_door, bia, seller, shop):
    elsewhere = signed_in(seller.email)
    page = shop.get(reverse("link_discord"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    page = shop.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("link_discord")
    assert through_discord(shop, discord_door, bia, "link_discord")["Location"] == reverse("mfa_index")
    assert discord_id_of(seller.user_id) == bia
    assert "Conta do Discord vinculada" in shop.get(reverse("mfa_index")).content.decode()
    assert (is_in(shop), is_in(elsewhere)) == (True, False)
    assert (arrived()[-1].subject, arrived()[-1].to) == ("Conta do Discord vinculada", [seller.email])
    again = browser()
    through_discord(again, discord_door, bia)
    assert again.get(reverse("home")).status_code == 200


def test_signing_in_links_nothing_to_who_is_signed_in(discord_door, bia, seller, shop):
    """``process`` in a form or address does not turn a sign-in into a link."""
    address = shop.post(reverse("discord_login"), {"process": "connect"})["Location"]
    assert come_back(shop, discord_door.answer(address, bia))["Location"] == reverse("socialaccount_signup")
    assert not SocialAccount.objects.exists()


def test_an_attacker_links_his_discord_to_nobody_else(discord_door, bia, seller, shop):
    address = discord_door.answer(begin(browser()), bia)
    confirm(shop)
    own_state = parse_qs(urlsplit(begin(shop, "link_discord")).query)["state"][0]
    for answer in (come_back(shop, address), come_back(shop, address, state=own_state)):
        assert answer.status_code == 400
    assert discord_id_of(seller.user_id) is None
    strict = browser(enforce_csrf_checks=True)
    strict.cookies = shop.cookies
    assert strict.post(reverse("link_discord")).status_code == strict.post(reverse("discord_login")).status_code == 403


def test_a_link_begun_before_signing_out_links_nothing(discord_door, bia, seller, shop):
    confirm(shop)
    address = discord_door.answer(begin(shop, "link_discord"), bia)
    shop.post(reverse("account_logout"))
    assert come_back(shop, address).status_code == 400
    assert not SocialAccount.objects.exists()


def test_one_discord_account_opens_one_account_and_one_account_has_one(discord_door, bia, seller, other_seller, shop):
    linked(shop, discord_door, bia)
    other = signed_in(other_seller.email)
    page = linked(other, discord_door, bia)
    assert (page.status_code, "já está em uso" in page.content.decode()) == (409, True)
    page = linked(shop, discord_door, discord_door.user("caio"))
    assert (page.status_code, "Já há uma conta do Discord" in page.content.decode()) == (409, True)
    assert list(SocialAccount.objects.values_list("user_id", "uid")) == [(seller.user_id, bia)]
    with pytest.raises(IntegrityError), transaction.atomic():
        SocialAccount.objects.create(user_id=seller.user_id, provider="discord", uid="1")
    assert linked(shop, discord_door, bia)["Location"] == reverse("mfa_index")  # the same one again


def test_unlinking_ends_the_other_sessions(discord_door, bia, seller, shop):
    linked(shop, discord_door, bia)
    elsewhere = browser()
    through_discord(elsewhere, discord_door, bia)
    page = shop.post(reverse("socialaccount_connections"), follow=True)
    assert "não abre mais esta conta" in page.content.decode()
    assert (is_in(shop), is_in(elsewhere)) == (True, False)
    assert arrived()[-1].subject == "Conta do Discord desvinculada"
    assert through_discord(browser(), discord_door, bia)["Location"] == reverse("socialaccount_signup")


def test_the_only_way_in_stays(discord_door, bia, only_discord):
    client = browser()
    through_discord(client, discord_door, bia)
    page = client.post(reverse("socialaccount_connections"), follow=True)
    assert "sua única forma de entrar" in page.content.decode()
    assert discord_id_of(only_discord.user_id) == bia
    new = "uma senha nova e longa"
    client.post(reverse("account_set_password"), {"password1": new, "password2": new})
    confirm_page = client.post(reverse("socialaccount_connections"))
    assert confirm_page["Location"].startswith(reverse("account_reauthenticate"))
    client.post(reverse("account_reauthenticate"), {"password": new})
    client.post(reverse("socialaccount_connections"))
    assert discord_id_of(only_discord.user_id) is None


def test_who_has_only_discord_confirms_by_discord_and_withdraws(discord_door, bia, only_discord):
    client = browser()
    through_discord(client, discord_door, bia)
    assert client.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 200
    grow_old(client)
    typed = {"kind": "email", "key": "lara.pix@loja.example", "holder_name": "Lara Martins", "holder_document": "529.982.247-25"}
    answer = client.post(reverse("payout_key"), typed)
    where = answer["Location"]
    assert where.startswith(reverse("discord_reauthenticate"))
    page = client.get(where)
    assert "Confirmar com o Discord" in page.content.decode()
    address = client.post(where, {"next": page.context["next_url"]})["Location"]
    assert parse_qs(urlsplit(address).query)["prompt"] == ["consent"]
    answer = come_back(client, discord_door.answer(address, bia))
    assert answer["Location"] == reverse("payout_key")
    assert "lara.pix@loja.example" in client.get(answer["Location"]).content.decode(), "what was typed waited"
    assert client.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 200


def test_another_discord_account_confirms_nothing(discord_door, bia, only_discord):
    client = browser()
    through_discord(client, discord_door, bia)
    grow_old(client)
    for user_id in (discord_door.user("mallory"), discord_door.user("caio")):
        page = through_discord(client, discord_door, user_id, "discord_reauthenticate", next=reverse("withdraw"))
        assert (page.status_code, "outra conta do Discord" in page.content.decode()) == (409, True)
    page = come_back(client, discord_door.answer(begin(client, "discord_reauthenticate"), bia, "no"))
    assert "Nada foi alterado" in page.content.decode()
    assert client.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 302
    assert SocialAccount.objects.count() == 1


def test_a_second_factor_is_not_replaced_by_discord(discord_door, bia, seller, shop):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    linked(shop, discord_door, bia)
    TOTP.activate(User.objects.get(id=seller.user_id), generate_totp_secret())
    answer = shop.get(reverse("discord_reauthenticate"), {"next": reverse("withdraw")})
    assert answer["Location"] == f"{reverse('mfa_reauthenticate')}?next={quote(reverse('withdraw'), safe='')}"
    assert shop.post(reverse("discord_reauthenticate"))["Location"].startswith(reverse("mfa_reauthenticate"))


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_led_elsewhere(discord_door, bia, only_discord, where):
    client = browser()
    assert through_discord(client, discord_door, bia, next=where)["Location"] == "/"
    assert through_discord(client, discord_door, bia, "discord_reauthenticate", next=where)["Location"] == "/"
    for name in ("discord_login", "discord_reauthenticate"):
        assert not leads_to_evil(client.get(reverse(name), {"next": where}))


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_page_of_ours_leads_elsewhere(seller, where):
    client = browser()
    forms = {"account_login": {"login": seller.email, "password": PASSWORD}, "account_reauthenticate": {"password": PASSWORD}}
    for name, fields in forms.items():
        answer = client.post(reverse(name), {**fields, "next": where})
        assert answer["Location"] == "/", (name, answer["Location"])
    assert client.post(reverse("account_logout"), {"next": where})["Location"] == "/"
    for name in ("account_login", "account_signup"):
        assert not leads_to_evil(client.get(reverse(name), {"next": where}))


def test_one_is_led_where_one_was_going(discord_door, bia, only_discord):
    client = browser()
    assert through_discord(client, discord_door, bia, next=reverse("wallet"))["Location"] == reverse("wallet")
