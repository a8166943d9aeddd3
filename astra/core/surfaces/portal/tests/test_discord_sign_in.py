"""Signing in with Discord, against the offline Discord's own pages: who comes in, who does not, and what he reads."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import reverse

from astra.core.journey.accounts.actions.count_attempt import PER_ADDRESS
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.queries import discord_id_of, discord_name_of
from tests.support.cast import PASSWORD
from tests.support.discord_door import begin, browser, come_back, is_in, through_discord
from tests.support.post import arrived

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def bia(discord_door):
    return discord_door.user("bia")


def sign_up(client, discord, user_id, **form):
    """Through Discord and the page for who has no account yet."""
    answer = through_discord(client, discord, user_id)
    assert answer["Location"] == reverse("socialaccount_signup")
    return client.post(reverse("socialaccount_signup"), form)


def test_little_is_asked_for_and_the_way_back_is_bound_to_the_browser(discord_door, settings):
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begin(browser())).query).items()}
    assert set(asked["scope"].split()) == {"identify", "email"}
    assert (asked["response_type"], asked["code_challenge_method"], len(asked["code_challenge"])) == ("code", "S256", 43)
    assert asked["redirect_uri"] == f"{settings.ASTRA_PUBLIC_URL}{reverse('discord_callback')}"
    assert len(asked["state"]) >= 16


def test_the_button_stands_where_one_comes_in(discord_door):
    for name, words in (("account_login", "Entrar com Discord"), ("account_signup", "Criar conta com Discord")):
        page = browser().get(reverse(name), {"next": reverse("wallet")}).content.decode()
        form = re.search(rf'<form method="post" action="{reverse("discord_login")}">.*?</form>', page, re.S)
        assert form is not None, name
        assert words in form.group()
        assert f'name="next" value="{reverse("wallet")}"' in form.group()


def test_a_link_widens_nothing_and_begins_nothing(discord_door):
    client = browser()
    page = client.get(reverse("discord_login"), {"scope": "guilds.join", "auth_params": "prompt=none"})
    assert (page.status_code, "Continuar para o Discord" in page.content.decode()) == (200, True)
    answer = client.post(reverse("discord_login") + "?scope=guilds.join&auth_params=prompt%3Dnone&process=connect&action=reauthenticate")
    asked = parse_qs(urlsplit(answer["Location"]).query)
    assert set(asked["scope"][0].split()) == {"identify", "email"}
    assert "prompt" not in asked


def test_a_confirmed_address_signs_up_and_later_the_id_signs_in(discord_door, bia):
    client = browser()
    answer = through_discord(client, discord_door, bia)
    page = client.get(answer["Location"]).content.decode()
    assert "bia@example.com" in page
    assert "Olá, Bia" in page
    assert not User.objects.exists(), "nobody gets an account that he did not ask for"
    answer = client.post(reverse("socialaccount_signup"), {"email": "somebody@else.example"})
    assert is_in(client)
    user = User.objects.get()
    assert (user.email, user.name, user.has_usable_password()) == ("bia@example.com", "Bia", False)
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [("bia@example.com", True, True)]
    assert (discord_id_of(user.id), discord_name_of(user.id)) == (bia, "Bia")
    assert not arrived()
    discord_door.change_user(bia, email="other@example.com", global_name="Bianca")
    again = browser()
    assert through_discord(again, discord_door, bia)["Location"] == "/"
    assert is_in(again)
    assert (User.objects.get().email, discord_name_of(user.id)) == ("bia@example.com", "Bianca")


def test_no_token_and_no_address_of_discord_is_kept(discord_door, bia):
    client = browser()
    through_discord(client, discord_door, bia)
    waiting = str([one.get_decoded() for one in Session.objects.all()])
    assert "access_token" not in waiting
    assert "socialaccount.socialtoken" not in waiting.lower()
    client.post(reverse("socialaccount_signup"))
    assert not SocialToken.objects.exists()
    assert set(SocialAccount.objects.get().extra_data) <= {"username", "global_name"}


@pytest.mark.parametrize("told", [{"verified": False}, {"email": None}], ids=["unconfirmed", "none"])
def test_without_a_confirmed_address_a_link_comes_first(discord_door, bia, told):
    discord_door.change_user(bia, **told)
    client = browser()
    answer = sign_up(client, discord_door, bia, email="bia@mine.example")
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not is_in(client)
    link = re.search(r"https?://[^/\s]+(/\S*confirm-email/\S+)", arrived()[-1].body)
    assert (link is not None, arrived()[-1].to) == (True, ["bia@mine.example"])
    client.post(link.group(1))
    again = browser()
    through_discord(again, discord_door, bia)
    assert is_in(again)
    assert User.objects.get().email == "bia@mine.example"


def test_an_empty_or_broken_address_is_refused_beside_the_field(discord_door, bia):
    discord_door.change_user(bia, email=None)
    client = browser()
    page = sign_up(client, discord_door, bia, email="not an address")
    assert page.status_code == 200
    assert "field-error" in page.content.decode()
    assert not User.objects.exists()


def test_the_address_of_somebody_else_opens_nothing_of_his(discord_door, bia, seller):
    discord_door.change_user(bia, email=seller.email)
    client = browser()
    page = through_discord(client, discord_door, bia)
    assert page.status_code == 409
    assert "Você já tem uma conta" in page.content.decode()
    assert not is_in(client)
    assert client.get(reverse("socialaccount_signup"))["Location"] == reverse("account_login")
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_an_unconfirmed_address_tells_nobody_that_it_has_an_account(discord_door, bia, seller):
    discord_door.change_user(bia, email=seller.email, verified=False)
    client = browser()
    answer = sign_up(client, discord_door, bia, email=seller.email)
    assert answer["Location"] == reverse("account_email_verification_sent"), "as for an address without an account"
    assert arrived()[-1].to == [seller.email]
    assert "você já tem uma" in arrived()[-1].body
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)


def test_who_says_no_is_told_what_he_can_do(discord_door, bia):
    client = browser()
    page = come_back(client, discord_door.answer(begin(client), bia, "no"))
    assert (page.status_code, "Nada foi alterado" in page.content.decode()) == (200, True)
    assert not is_in(client)


def test_a_state_counts_once_in_the_browser_that_has_it(discord_door, bia):
    client = browser()
    address = discord_door.answer(begin(client), bia)
    for stranger, changed in ((client, {"state": "x" * 16}), (client, {"state": ""}), (browser(), {})):
        page = come_back(stranger, address, **changed)
        assert (page.status_code, "Esta tentativa não vale mais" in page.content.decode()) == (400, True)
    assert come_back(client, address)["Location"] == reverse("socialaccount_signup")
    page = come_back(client, address)
    assert (page.status_code, "Esta tentativa não vale mais" in page.content.decode()) == (400, True)


def test_a_code_counts_once(discord_door, bia):
    client = browser()
    first = discord_door.answer(begin(client), bia)
    code = parse_qs(urlsplit(first).query)["code"][0]
    come_back(client, first)
    second = discord_door.answer(begin(client), bia)
    page = come_back(client, second, code=code)
    assert (page.status_code, "Esta tentativa não vale mais" in page.content.decode()) == (400, True)


def test_the_code_of_an_attacker_signs_nobody_in_as_him(discord_door, bia, seller):
    """Login CSRF: what the attacker brings along was begun in his browser."""
    attacker = browser()
    address = discord_door.answer(begin(attacker), bia)
    victim = browser()
    assert come_back(victim, address).status_code == 400
    victim.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    begin(victim)
    own_state = parse_qs(urlsplit(begin(victim)).query)["state"][0]
    # Even with a state of the victim's own the code is worth nothing: it is bound to the attacker's verifier (PKCE).
    assert come_back(victim, address, state=own_state).status_code == 400
    assert victim.get(reverse("home")).status_code == 200
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    "fault",
    [
        {"match": "POST /oauth2/token", "kind": "error", "status": 500},
        {"match": "POST /oauth2/token", "kind": "lose_answer"},
        {"match": "POST /oauth2/token", "kind": "rate_limit", "seconds": 5},
        {"match": "GET /users/@me", "kind": "error", "status": 502},
        {"match": "GET /users/@me", "kind": "error", "status": 401},
        {"match": "GET /users/@me", "kind": "lose_request"},
    ],
    ids=lambda fault: f"{fault['match']} {fault['kind']} {fault.get('status', '')}",
)
def test_discord_is_out_of_order(discord_door, bia, fault):
    client = browser()
    address = discord_door.answer(begin(client), bia)
    discord_door.faults(fault)
    page = come_back(client, address)
    assert (page.status_code, "O Discord não responde" in page.content.decode()) == (503, True)
    discord_door.faults()
    assert through_discord(client, discord_door, bia)["Location"] == reverse("socialaccount_signup")


def test_discord_cannot_be_reached(discord_door, bia, settings):
    client = browser()
    address = discord_door.answer(begin(client), bia)
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    assert come_back(client, address).status_code == 503


def test_the_second_factor_is_asked_for_behind_discord_too(discord_door, bia, seller):
    user = User.objects.get(id=seller.user_id)
    SocialAccount.objects.create(user=user, provider="discord", uid=bia)
    TOTP.activate(user, generate_totp_secret())
    client = browser()
    assert through_discord(client, discord_door, bia)["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


def test_a_closed_account_stays_closed(discord_door, bia, seller):
    SocialAccount.objects.create(user_id=seller.user_id, provider="discord", uid=bia)
    User.objects.update(is_active=False)
    client = browser()
    assert through_discord(client, discord_door, bia)["Location"] == reverse("account_inactive")
    assert not is_in(client)


def test_beginning_without_end_is_stopped_whatever_address_is_forged(discord_door):
    codes = [
        browser(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}", HTTP_X_REAL_IP=f"203.0.113.{number}").post(reverse("discord_login")).status_code
        for number in range(PER_ADDRESS + 2)
    ]
    assert codes == [302] * PER_ADDRESS + [429] * 2


def test_where_there_is_no_application_nothing_is_offered(client, seller):
    assert "Discord" not in client.get(reverse("account_login"), HTTP_ACCEPT_LANGUAGE="pt-BR").content.decode()
    assert client.get(reverse("discord_login")).status_code == client.post(reverse("discord_login")).status_code == 404
    assert client.get(reverse("discord_callback"), {"code": "x", "state": "y"}).status_code == 404
