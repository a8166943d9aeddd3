"""Guessing, many at once: few guesses are weighed, and the person whom they are about still comes in."""

import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from astra.core.journey.accounts.actions.count_attempt import PER_ACCOUNT, PER_ADDRESS, count_attempt, forgive_attempt
from astra.core.journey.accounts.actions.end_other_sessions import end_other_sessions
from astra.core.journey.accounts.models import Attempt, User
from tests.support.cast import PASSWORD, make_seller
from tests.support.post import arrived

GUESSES, AT_ONCE = 200, 20
WRONG_PASSWORD, WRONG_CODE, TOO_MANY = "especificados estão incorretos", "código está errado", "Muit"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


def browser(**headers: Any) -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="pt-BR", **headers)


def at_once(deed: Callable[[int], str], guesses: int = GUESSES) -> list[str]:
    """The answers of many threads that begin together."""
    gate = threading.Barrier(AT_ONCE)

    def work(first: int) -> list[str]:
        try:
            gate.wait()
            return [deed(number) for number in range(first, guesses, AT_ONCE)]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [one for found in pool.map(work, range(AT_ONCE)) for one in found]


def code_now(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.mark.commits
def test_of_ten_thousand_counts_only_the_first_few_pass(own_database):
    passed = at_once(lambda _number: "yes" if count_attempt("password", "lara@loja.example", PER_ACCOUNT) else "no", 10_000)
    assert passed.count("yes") == PER_ACCOUNT
    assert Attempt.objects.get().tries == 10_000


@pytest.mark.commits
def test_two_hundred_passwords_at_once_from_two_hundred_addresses(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    inside = browser()
    assert inside.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD}).status_code == 302

    def guess(number: int) -> str:
        # A forged header makes no other address, and another address no other account.
        client = browser(REMOTE_ADDR=f"198.51.{number}.7", HTTP_X_FORWARDED_FOR=f"203.0.{number}.9")
        login = seller.email if number % 2 else f" {seller.email.upper()} "
        return client.post(reverse("account_login"), {"login": login, "password": f"palpite {number}"}).content.decode()

    answers = at_once(guess)
    weighed = [page for page in answers if WRONG_PASSWORD in page]
    assert 1 <= len(weighed) <= PER_ACCOUNT
    assert len([page for page in answers if TOO_MANY in page]) == GUESSES - len(weighed)
    # Now even the right password is not looked at from outside…
    assert "Muitas tentativas" in browser().post(reverse("account_login"), {"login": seller.email, "password": PASSWORD}).content.decode()
    # …but who is in stays in and can confirm, and a link by e-mail opens at once.
    page = inside.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": reverse("withdraw")})
    assert page.status_code == 302
    owner = browser()
    owner.post(reverse("account_reset_password"), {"email": seller.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", arrived()[-1].body)
    assert link is not None
    page = owner.get(link.group(1), follow=True)
    new = "uma senha nova e longa"
    owner.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert owner.get(reverse("home")).status_code == 200


@pytest.mark.commits
def test_two_hundred_codes_at_once(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    own = browser()
    own.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    own.post(reverse("account_logout"))
    secret = generate_totp_secret()
    TOTP.activate(User.objects.get(id=seller.user_id), secret)
    doors = [browser() for _number in range(AT_ONCE)]
    for door in doors:
        door.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})

    def guess(number: int) -> str:
        wrong = f"{(int(code_now(secret)) + 1 + number) % 1_000_000:06}"
        return doors[number % AT_ONCE].post(reverse("mfa_authenticate"), {"code": wrong}).content.decode()

    answers = at_once(guess)
    weighed = [page for page in answers if WRONG_CODE in page]
    assert 1 <= len(weighed) <= PER_ACCOUNT
    assert len([page for page in answers if TOO_MANY in page]) == GUESSES - len(weighed)
    page = doors[0].post(reverse("mfa_authenticate"), {"code": code_now(secret)}).content.decode()
    assert "Muitos códigos errados" in page
    # The owner still comes in, by a browser of his own.
    own.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    own.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert own.get(reverse("home")).status_code == 200


@pytest.mark.commits
def test_a_browser_of_ones_own_comes_in_while_strangers_guess(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    own, stranger = browser(), browser()
    own.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    own.post(reverse("account_logout"))
    kept = own.cookies["astra_known"].value
    weighed = 0
    for forged in (kept, f"{kept}x", "", kept.replace(kept[:8], "AAAAAAAA")):
        client = browser()
        client.cookies["astra_known"] = forged
        pages = [client.post(reverse("account_login"), {"login": "otto@outra.example", "password": "palpite"}) for _number in range(3)]
        weighed += len([page for page in pages if WRONG_PASSWORD in page.content.decode()])
    assert weighed == PER_ACCOUNT, "it helps nobody with the account of somebody else, and cannot be forged"
    pages = [
        stranger.post(reverse("account_login"), {"login": seller.email, "password": "palpite"}).content.decode()
        for _ in range(PER_ACCOUNT + 1)
    ]
    assert "Muitas tentativas" in pages[-1]
    own.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    assert own.get(reverse("home")).status_code == 200
    # It has five tries of its own and no more, and none after signing out everywhere.
    own.post(reverse("account_logout"))
    pages = [
        own.post(reverse("account_login"), {"login": seller.email, "password": "palpite"}).content.decode() for _ in range(PER_ACCOUNT + 1)
    ]
    assert [WRONG_PASSWORD in page for page in pages] == [True] * PER_ACCOUNT + [False]
    end_other_sessions(user_id=seller.user_id)
    assert "Muitas tentativas" in own.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD}).content.decode()


@pytest.mark.commits
def test_one_recovery_code_at_many_doors_at_once_opens_one(own_database):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    user = User.objects.get(id=seller.user_id)
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).generate_codes()[0]
    doors = [browser() for _number in range(AT_ONCE)]
    for door in doors:
        door.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})

    def use(number: int) -> str:
        doors[number].post(reverse("mfa_authenticate"), {"code": code})
        return str(doors[number].get(reverse("home")).status_code)

    assert at_once(use, AT_ONCE).count("200") == 1


def test_one_address_that_tries_many_accounts_is_stopped(client, db):
    answers = [
        client.post(reverse("account_login"), {"login": f"p{number}@loja.example", "password": "palpite"}, HTTP_ACCEPT_LANGUAGE="pt-BR")
        for number in range(28)
    ]
    assert all(WRONG_PASSWORD in one.content.decode() for one in answers)
    for _number in range(PER_ADDRESS):
        count_attempt("address", "127.0.0.1", PER_ADDRESS)
    last = client.post(reverse("account_login"), {"login": "x@loja.example", "password": "palpite"}, HTTP_ACCEPT_LANGUAGE="pt-BR")
    assert "Muitas tentativas" in last.content.decode()


def test_a_stolen_session_has_five_guesses_by_all_doors_together(db):
    seller, thief = make_seller("lara@loja.example", "Loja da Lara"), browser()
    thief.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    new = "uma senha nova e longa"
    changes = [
        thief.post(reverse("account_change_password"), {"oldpassword": f"palpite {number}", "password1": new, "password2": new})
        for number in range(3)
    ]
    assert not [page for page in changes if "Muitas tentativas" in page.content.decode()]
    confirms = [thief.post(reverse("account_reauthenticate"), {"password": f"palpite {number}"}).content.decode() for number in range(3)]
    assert ["Muitas tentativas" in page for page in confirms] == [False, False, True]
    page = thief.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert "Muitas tentativas" in page.content.decode(), "now even the right one is not looked at"
    assert User.objects.get(id=seller.user_id).check_password(PASSWORD)


def test_the_window_ends_and_a_right_password_is_forgiven(db, clock):
    assert [count_attempt("password", "a", 2) for _number in range(3)] == [True, True, False]
    clock.move(seconds=301)
    assert count_attempt("password", "a", 2)
    forgive_attempt("password", "a")
    assert [count_attempt("password", "a", 2) for _number in range(3)] == [True, True, False]


def test_nobody_reads_an_address_from_the_counters(client, db):
    client.post(reverse("account_login"), {"login": "lara@loja.example", "password": "palpite"})
    assert Attempt.objects.count() == 2
    assert not [one.scope for one in Attempt.objects.all() if "lara" in one.scope or "127.0" in one.scope]
