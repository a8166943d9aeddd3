"""Every form on a seller's way in: what is wrong is said beside its field, and nothing that was typed is lost."""

import re
from html.parser import HTMLParser

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from astra.core.journey.accounts.models import User
from tests.support.cast import PASSWORD

ODD = 'Aç<b>"x"</b>'
# The route, what is sent, the field that is wrong, and what must still stand in the form.
STRANGERS = [
    ("account_signup", {"email": "lara@loja", "password1": PASSWORD}, "email", {"email": "lara@loja"}),
    ("account_signup", {"email": "nova@loja.example", "password1": "1234567890"}, "password1", {"email": "nova@loja.example"}),
    ("account_login", {"login": "lara", "password": PASSWORD}, "login", {"login": "lara"}),
    ("account_reset_password", {"email": "lara@"}, "email", {"email": "lara@"}),
]
OWNERS = [
    ("account", {"name": "", "person_name": ODD, "locale": "en"}, "name", {"person_name": ODD, "locale": "en"}),
    ("holder", {"legal_name": ODD, "document": "111.111.111-11"}, "document", {"legal_name": ODD, "document": "111.111.111-11"}),
    (
        "invite_member",
        {"kind": "discord", "address": ODD, "role": "stock"},
        "address",
        {"kind": "discord", "address": ODD, "role": "stock"},
    ),
    ("account_change_password", {"oldpassword": PASSWORD, "password1": "curta", "password2": "curta"}, "password1", {}),
    ("account_email", {"action_add": "1", "email": "lara@"}, "email", {"email": "lara@"}),
]


class _Form(HTMLParser):
    """What the controls of a page hold, and which of them are called wrong."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.held: dict[str, str] = {}
        self.wrong: set[str] = set()
        self.ids: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag in ("input", "select", "textarea") and named.get("name"):
            self.held[named["name"]] = named.get("value", "")
            self.ids[named["name"]] = named.get("id", "")
            self._select = named["name"] if tag == "select" else ""
            if named.get("aria-invalid") == "true":
                self.wrong.add(named["name"])
        if tag == "option" and self._select and "selected" in named:
            self.held[self._select] = named.get("value", "")


@pytest.fixture
def owner(seller) -> Client:
    """Signed in and confirmed a moment ago."""
    cache.clear()
    client = Client(HTTP_ACCEPT_LANGUAGE="pt-BR")
    client.post(reverse("account_login"), {"login": seller.email, "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def _weigh(client: Client, name: str, sent: dict[str, str], wrong: str, kept: dict[str, str]) -> None:
    people, answer = User.objects.count(), client.post(reverse(name), sent)
    page = answer.content.decode()
    form = _Form(page)
    assert answer.status_code == 200
    assert form.wrong == {wrong}
    said = re.search(rf'id="{form.ids[wrong]}_error" role="alert">\s*([^<]+?)\s*<', page)
    assert said, "the sentence stands at its field, where aria-describedby leads"
    assert f"{form.ids[wrong]}_error" in page.replace(said.group(0), "")
    assert {field: form.held[field] for field in kept} == kept
    assert "<b>" not in page
    assert User.objects.count() == people


@pytest.mark.parametrize(("name", "sent", "wrong", "kept"), STRANGERS)
def test_of_a_stranger(db, name, sent, wrong, kept):
    cache.clear()
    _weigh(Client(HTTP_ACCEPT_LANGUAGE="pt-BR"), name, sent, wrong, kept)


@pytest.mark.parametrize(("name", "sent", "wrong", "kept"), OWNERS)
def test_of_an_owner(owner, name, sent, wrong, kept):
    _weigh(owner, name, sent, wrong, kept)
