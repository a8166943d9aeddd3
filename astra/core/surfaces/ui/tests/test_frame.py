"""What every page has: its headers, its vendored files, its notices, its words in the e-mails."""

import re

from django.core import mail
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from astra.core.journey.accounts.models import User
from astra.core.surfaces.ui import vendor
from astra.core.surfaces.ui.toasts import say, toast_of
from tests.support.cast import PASSWORD
from tests.support.post import arrived


def test_copying_twice_writes_nothing():
    vendor.copy_vendor()
    assert vendor.copy_vendor() == 0
    assert all((vendor.VENDOR / target).is_file() for target in vendor.FILES.values())
    assert b"sourceMappingURL" not in (vendor.VENDOR / "tabler.min.css").read_bytes()


def test_a_page_allows_nothing_inline_and_is_kept_in_no_cache(client, seller):
    client.force_login(User.objects.get(id=seller.user_id))
    answer = client.get(reverse("plan"))
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_part_asked_without_a_session_leaves_the_page(client, db):
    answer = client.get(reverse("home_live"), headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert answer.headers["HX-Redirect"] == reverse("account_login")


def test_a_notice_survives_the_way_to_the_next_page():
    from django.contrib.messages.storage.cookie import CookieStorage

    request = RequestFactory().get("/")
    request._messages = CookieStorage(request)
    say(request, "Cartão retirado", detail="Pedidos em aberto continuam valendo.", undo="/desfazer/")
    answer = HttpResponse()
    request._messages.update(answer)
    after = RequestFactory().get("/")
    after.COOKIES = {name: morsel.value for name, morsel in answer.cookies.items()}
    (message,) = list(CookieStorage(after))
    toast = toast_of(message)
    assert (toast.text, toast.undo, toast.tone) == ("Cartão retirado", "/desfazer/", "ok")


def test_letters_speak_the_readers_language_in_both_forms(client, db):
    for language, subject, word in (("pt-BR", "Confirme seu e-mail", "Abra este link"), ("en", "Confirm your e-mail", "Open this link")):
        mail.outbox.clear()
        client.post(
            reverse("account_signup"), {"email": f"{language}@loja.example", "password1": PASSWORD}, headers={"Accept-Language": language}
        )
        (letter,) = arrived()
        assert letter.subject == subject
        assert word in letter.body
        page, kind = letter.alternatives[0]
        assert kind == "text/html"
        link = re.search(r"http\S+/conta/confirm-email/\S+", letter.body)[0]
        assert link in page


def test_who_sends_a_form_after_the_session_ended_is_told_what_became_of_it(client, db):
    page = client.post(reverse("new_product"), {"name": "Jogo"}, headers={"Accept-Language": "pt-BR"}, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "Sua sessão tinha terminado." in page.content.decode()
    assert "sessão" not in client.get(reverse("account_login"), headers={"Accept-Language": "pt-BR"}).content.decode()


def test_a_forgotten_password_is_chosen_anew(client, seller):
    client.post(reverse("account_reset_password"), {"email": seller.email})
    link = re.search(r"https?://[^/\s]+(/\S+)", arrived()[0].body)[1]
    page = client.get(link, follow=True)
    assert "Nova senha" in page.content.decode()
    client.post(page.request["PATH_INFO"], {"password1": "outra senha bem longa", "password2": "outra senha bem longa"})
    assert client.login(email=seller.email, password="outra senha bem longa")


def test_who_has_an_account_and_who_has_not_is_not_told(client, seller):
    pages = set()
    for address in (seller.email, "ninguem@loja.example"):
        answer = client.post(reverse("account_reset_password"), {"email": address}, follow=True)
        pages.add(re.sub(r'name="(csrfmiddlewaretoken|form_token)" value="[^"]+"', "", answer.content.decode()))
    assert len(pages) == 1


def test_wrong_credentials_are_told_in_portuguese_and_the_address_stays(client, seller):
    page = client.post(
        reverse("account_login"), {"login": seller.email, "password": "errada"}, headers={"Accept-Language": "pt-BR"}
    ).content.decode()
    assert seller.email in page
    assert "senha" in page.lower()
    assert "errada" not in page
