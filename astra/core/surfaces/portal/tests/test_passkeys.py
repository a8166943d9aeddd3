"""Passkeys by the pages alone, with a device in software: what opens, what does not, and what garbage meets."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.urls import reverse

from astra.core.journey.accounts.actions.count_attempt import PER_ACCOUNT, PER_ADDRESS
from astra.core.journey.accounts.models import User
from tests.support.cast import PASSWORD
from tests.support.discord_door import browser, is_in
from tests.support.passkey import DeviceInTest
from tests.support.post import arrived

pytestmark = pytest.mark.django_db
REFUSED = "não foi aceita"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()


@pytest.fixture
def device(settings):
    return DeviceInTest(settings.ASTRA_PUBLIC_URL)


@pytest.fixture
def shop(seller):
    return signed_in(seller.email)


def signed_in(email):
    client = browser()
    assert client.post(reverse("account_login"), {"login": email, "password": PASSWORD})["Location"] == "/"
    return client


def options_of(page):
    found = re.search(r'<script id="passkey-options" type="application/json">(.*?)</script>', page.content.decode(), re.S)
    assert found is not None, page.content.decode()[:500]
    told = json.loads(found.group(1))
    return told.get("options") or told["request_options"]


def added(client, device, name="Celular"):
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    asked = options_of(client.get(reverse("mfa_add_webauthn")))
    return client.post(reverse("mfa_add_webauthn"), {"name": name, "credential": device.create(asked)})


def asked_at_the_door(client):
    return client.get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json").json()["request_options"]


def comes_in(client, credential, **more):
    return client.post(reverse("mfa_login_webauthn"), {"credential": credential, **more})


def grow_old(client):
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 301
    session.save()


def test_a_passkey_is_added_and_opens_the_account_alone(seller, shop, device):
    elsewhere = signed_in(seller.email)
    answer = added(shop, device)
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    assert arrived(seller.email)[-1].subject == "Chave de acesso adicionada"
    assert "Celular" in shop.get(reverse("mfa_index")).content.decode()
    assert (is_in(shop), is_in(elsewhere)) == (True, False)
    client = browser()
    answer = comes_in(client, device.get(asked_at_the_door(client)), next=reverse("wallet"))
    assert answer["Location"] == reverse("wallet")
    assert client.get(reverse("wallet")).status_code == 200
    assert (
        comes_in(browser(), device.get(asked_at_the_door(browser())), next="https://evil.example/")["Location"] != "https://evil.example/"
    )


def test_it_asks_for_this_site_and_for_the_owner(shop, device):
    shop.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    asked = options_of(shop.get(reverse("mfa_add_webauthn")))["publicKey"]
    assert asked["rp"] == {"id": "localhost", "name": "AstraSystems"}
    assert asked["authenticatorSelection"]["userVerification"] == asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked_at_the_door(browser())["publicKey"]["userVerification"] == "required"


def test_the_password_asks_for_it_as_the_second_step(seller, shop, device):
    added(shop, device)
    client = browser()
    answer = client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    stranger = DeviceInTest(device.origin)
    stranger.user = device.user
    page = client.get(reverse("mfa_authenticate"))
    page = client.post(reverse("mfa_authenticate"), {"credential": stranger.get(options_of(page))})
    assert REFUSED in page.content.decode()
    assert not is_in(client)
    client.post(reverse("mfa_authenticate"), {"credential": device.get(options_of(page))})
    assert is_in(client)


def test_an_answer_counts_once_for_the_question_it_answers(shop, device):
    added(shop, device)
    client = browser()
    credential = device.get(asked_at_the_door(client))
    comes_in(client, credential)
    assert is_in(client)
    client.post(reverse("account_logout"))
    for other in (client, browser()):
        asked_at_the_door(other)
        comes_in(other, credential)
        assert not is_in(other)


@pytest.mark.parametrize("wrong", ["origin", "host", "owner", "key", "person", "signature"])
def test_a_wrong_answer_opens_nothing(seller, other_seller, shop, device, wrong):
    added(shop, device)
    client = browser()
    asked = asked_at_the_door(client)
    answering, changed = device, {}
    if wrong == "origin":
        device.origin = "https://localhost.evil.example"
    elif wrong == "host":
        device.host = "evil.example"
    elif wrong == "owner":
        device.sees_owner = False
    elif wrong == "key":
        answering = DeviceInTest(device.origin, number=device.number, user=device.user)
    elif wrong == "person":
        other = DeviceInTest(device.origin)
        added(signed_in(other_seller.email), other)
        changed = {"userHandle": other.user}
    else:
        changed = {"signature": "AAAA"}
    page = client.get(comes_in(client, answering.get(asked, **changed))["Location"])
    assert REFUSED in page.content.decode()
    assert not is_in(client)


def test_a_device_that_did_not_see_its_owner_is_not_added(seller, shop, device):
    device.sees_owner = False
    page = added(shop, device)
    assert REFUSED in page.content.decode()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "[]", "1", "null", '"x"', "{}", '{"id": 1}', '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "o2M", "authenticatorData": "AA", "signature": "", "userHandle": "AA"}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "//8", "attestationObject": "gA", "authenticatorData": "AA", "signature": 7, "userHandle": 7}}',
     '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"userHandle": "bm90LWEtdXVpZA"}}', '{"response": null}', '{"response": []}', "\x00"],
)  # fmt: skip
def test_garbage_is_refused_and_breaks_nothing(seller, shop, device, garbage):
    added(shop, device)
    shop.get(reverse("mfa_add_webauthn"))
    shop.post(
        reverse("mfa_reauthenticate_webauthn"), {"credential": device.get(options_of(shop.get(reverse("mfa_reauthenticate_webauthn"))))}
    )
    for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
        shop.get(reverse(name))
        assert shop.post(reverse(name), {"name": "x", "credential": garbage}).status_code in (200, 302)
    client = browser()
    asked_at_the_door(client)
    assert comes_in(client, garbage)["Location"] == reverse("account_login")
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    client.get(reverse("mfa_authenticate"))
    assert client.post(reverse("mfa_authenticate"), {"credential": garbage}).status_code == 200
    assert not is_in(client)
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_answers_are_counted_whatever_address_is_forged(seller, shop, device):
    added(shop, device)
    client = browser()
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    wrong = DeviceInTest(device.origin, number=device.number)
    page = client.get(reverse("mfa_authenticate"))
    for number in range(PER_ACCOUNT + 1):
        header = {"HTTP_X_FORWARDED_FOR": f"203.0.113.{number}"}
        page = client.post(reverse("mfa_authenticate"), {"credential": wrong.get(options_of(page))}, **header)
        assert (REFUSED in page.content.decode()) == (number < PER_ACCOUNT)
    assert "Muitas tentativas com chave de acesso" in page.content.decode()
    # From outside the network address is what counts: nobody is kept out of one account by whoever names it.
    codes = [
        browser(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}").get(reverse("mfa_login_webauthn"), HTTP_ACCEPT="application/json").status_code
        for number in range(PER_ADDRESS + 1)
    ]
    assert codes == [200] * PER_ADDRESS + [429]
    other = browser(REMOTE_ADDR="198.51.100.7")
    comes_in(other, device.get(asked_at_the_door(other)))
    assert is_in(other)


def test_it_confirms_before_money_leaves_and_the_password_no_longer_does(seller, shop, device):
    added(shop, device)
    answer = shop.post(reverse("withdraw"), {"amount_minor": "x"})
    assert answer["Location"].startswith(reverse("mfa_reauthenticate"))
    page = shop.get(reverse("account_reauthenticate"), follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("mfa_reauthenticate"))
    page = shop.get(reverse("mfa_reauthenticate_webauthn"), {"next": reverse("withdraw")})
    answer = shop.post(reverse("mfa_reauthenticate_webauthn"), {"credential": device.get(options_of(page)), "next": reverse("withdraw")})
    assert answer["Location"] == reverse("withdraw")
    assert shop.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 200
    grow_old(shop)
    assert shop.post(reverse("withdraw"), {"amount_minor": "x"}).status_code == 302


def test_it_is_renamed_and_taken_away_by_its_owner_alone(seller, other_seller, shop, device):
    added(shop, device)
    mine = Authenticator.objects.get(type="webauthn").pk
    stranger, own = signed_in(other_seller.email), DeviceInTest(device.origin)
    added(stranger, own)
    page = stranger.get(reverse("mfa_reauthenticate_webauthn"))
    stranger.post(reverse("mfa_reauthenticate_webauthn"), {"credential": own.get(options_of(page))})
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert (
            stranger.get(reverse(name, args=[mine])).status_code
            == stranger.post(reverse(name, args=[mine]), {"name": "x"}).status_code
            == 404
        )
    page = shop.get(reverse("mfa_reauthenticate_webauthn"))
    shop.post(reverse("mfa_reauthenticate_webauthn"), {"credential": device.get(options_of(page))})
    assert shop.post(reverse("mfa_edit_webauthn", args=[mine]), {"name": f"  {'n' * 90} "})["Location"] == reverse("mfa_index")
    assert Authenticator.objects.get(pk=mine).wrap().name == "n" * 60
    elsewhere = browser()
    comes_in(elsewhere, device.get(asked_at_the_door(elsewhere)))
    page = shop.post(reverse("mfa_remove_webauthn", args=[mine]), follow=True)
    assert "Chave de acesso removida" in page.content.decode()
    assert not Authenticator.objects.filter(user_id=seller.user_id).exists(), "the recovery codes go with the last factor"
    assert (is_in(shop), is_in(elsewhere)) == (True, False)
    assert arrived(seller.email)[-1].subject == "Chave de acesso removida"


def test_the_only_way_in_stays(seller, shop, device):
    added(shop, device)
    User.objects.filter(id=seller.user_id).update(password="!")
    client = browser()
    comes_in(client, device.get(asked_at_the_door(client)))
    mine = Authenticator.objects.get(type="webauthn").pk
    page = client.get(reverse("mfa_reauthenticate_webauthn"))
    client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": device.get(options_of(page))})
    page = client.post(reverse("mfa_remove_webauthn", args=[mine]), follow=True)
    assert "sua única forma de entrar" in page.content.decode()
    assert Authenticator.objects.filter(pk=mine).exists()
