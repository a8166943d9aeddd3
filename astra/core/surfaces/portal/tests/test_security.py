"""Second factor, recovery codes and sessions, by the pages alone."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from astra.core.journey.accounts.models import User
from tests.support.cast import PASSWORD

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Every test signs in from the same address: the limits of the one before are not its own."""
    cache.clear()


def browser() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="pt-BR", HTTP_USER_AGENT=AGENT)


def signed_in(email: str) -> Client:
    client = browser()
    answer = client.post(reverse("account_login"), {"login": email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def is_in(client: Client) -> bool:
    return client.get(reverse("home")).status_code == 200


def with_app(client: Client) -> tuple[str, list[str]]:
    """Confirms by password, adds an app; returns its key and the recovery codes."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_reauthenticate"))
    page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_activate_totp")
    secret = page.context["form"].secret
    assert page.context["totp_svg_data_uri"].startswith("data:image/svg+xml;base64,")
    page = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    codes = re.findall(r'<span class="id">(\d{8})</span>', page.content.decode())
    assert len(set(codes)) == 10
    return secret, codes


@pytest.fixture
def shop(seller) -> Client:
    return signed_in(seller.email)


def test_the_app_is_asked_for_at_sign_in_and_its_key_is_sealed(seller, shop):
    secret, _codes = with_app(shop)
    row = Authenticator.objects.get(user_id=seller.user_id, type="totp")
    assert secret not in str(row.data)
    again = browser()
    answer = again.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_in(again)
    page = again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "Este código está errado" in page.content.decode()
    assert not is_in(again)
    again.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert is_in(again)


def test_a_code_of_the_app_works_once(seller, shop):
    secret, _codes = with_app(shop)
    code = code_now(secret)
    doors = []
    for _number in range(2):
        client = browser()
        client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        doors.append(is_in(client))
    assert doors == [True, False]


def test_a_recovery_code_works_once(seller, shop):
    _secret, codes = with_app(shop)
    doors = []
    for code in (codes[0], codes[0], codes[1]):
        client = browser()
        client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        doors.append(is_in(client))
    assert doors == [True, False, True]


def test_recovery_codes_are_shown_a_single_time(shop):
    _secret, codes = with_app(shop)
    page = shop.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not [code for code in codes if code in page]
    assert "Gerar novos" in page


def test_adding_and_removing_the_app_ends_every_other_session(seller, shop):
    elsewhere, forgotten = signed_in(seller.email), browser()
    forgotten.force_login(User.objects.get(id=seller.user_id))  # a session that no list knows
    with_app(shop)
    assert (is_in(shop), is_in(elsewhere), is_in(forgotten)) == (True, False, False)
    third = browser()
    third.force_login(User.objects.get(id=seller.user_id))
    shop.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user_id=seller.user_id).exists()
    assert (is_in(shop), is_in(third)) == (True, False)


def test_a_stolen_session_with_the_password_cannot_remove_the_app(seller, shop):
    with_app(shop)
    thief = browser()
    thief.force_login(User.objects.get(id=seller.user_id))
    page = thief.post(reverse("mfa_deactivate_totp"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
    page = thief.post(reverse("account_reauthenticate"), {"password": PASSWORD}, follow=True)
    assert page.redirect_chain[0][0].startswith(reverse("mfa_reauthenticate"))
    assert Authenticator.objects.filter(user_id=seller.user_id, type="totp").exists()


def test_a_new_password_ends_every_other_session(seller, shop):
    elsewhere = signed_in(seller.email)
    new = "outra senha bem longa"
    shop.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert (is_in(shop), is_in(elsewhere)) == (True, False)


def test_sessions_are_seen_and_ended(seller, shop):
    elsewhere = signed_in(seller.email)
    page = shop.get(reverse("mfa_index")).content.decode()
    assert page.count("Chrome, Linux") >= 2
    found = re.findall(r'name="session_id" value="(\d+)"', page)
    assert len(found) == 1
    shop.post(reverse("end_session"), {"session_id": found[0]})
    assert (is_in(shop), is_in(elsewhere)) == (True, False)
    third = signed_in(seller.email)
    shop.post(reverse("end_other_sessions"))
    assert (is_in(shop), is_in(third)) == (True, False)


def test_nobody_ends_the_session_of_somebody_else(seller, other_seller, shop):
    from allauth.usersessions.models import UserSession

    stranger = signed_in(other_seller.email)
    theirs = UserSession.objects.get(user_id=seller.user_id)
    assert stranger.post(reverse("end_session"), {"session_id": theirs.pk}).status_code == 404
    assert is_in(shop)


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
)
def test_strangers_are_sent_to_sign_in(client, db, name):
    answer = client.get(reverse(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_an_operator_without_a_shop_has_the_page_too(operator):
    client = signed_in(operator.email)
    assert "Aplicativo autenticador" in client.get(reverse("mfa_index")).content.decode()
