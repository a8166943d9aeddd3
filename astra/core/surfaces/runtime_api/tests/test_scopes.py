"""The table of scopes is the whole of what a credential is good for: what is served is in it, what is not in it is refused."""

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from astra.core.journey.instances.tests.cast import make_instance, open_bot
from astra.protocol.paths import HEALTH, closure_of
from astra.protocol.scopes import SCOPES, scope_of
from tests.support.documents import SCOPES_PAGE, scopes_page


def served() -> set[str]:
    """Every address under /runtime/ that the core serves, arguments named as the table names them."""
    found = set()
    for one in get_resolver().url_patterns:
        if isinstance(one, URLResolver) and str(one.pattern) == "runtime/":
            found |= {f"/runtime/{inner.pattern}".replace("<str:interaction_id>", "{interaction}") for inner in one.url_patterns}
    return found


def test_what_is_served_is_in_the_table_and_nothing_else():
    assert served() - {HEALTH} == {one.path for one in SCOPES}
    assert len({one.name for one in SCOPES}) == len(SCOPES)


def test_the_page_is_made_from_it():
    assert SCOPES_PAGE.read_text() == scopes_page(), "run: python -m tests.support.documents --write"


@pytest.mark.parametrize(
    "path", [HEALTH, "/runtime/stock", "/runtime/sessions/", "/runtime/heartbeats/x", "/admin/", "/", "/runtime/interactions//closure"]
)
def test_an_address_outside_the_table_is_refused_whoever_signed_it(seller, path):
    assert scope_of(path) is None
    from astra.core.journey.instances.actions.check_session import SessionRefused, check_session

    bot = open_bot(seller.id, make_instance(seller.id, seen_state="starting"))
    with pytest.raises(SessionRefused) as caught:
        check_session(bot.headers("POST", path, b"{}"), "POST", path, b"{}")
    assert caught.value.code == "scope"


def test_a_query_does_not_change_the_address():
    assert scope_of(closure_of("7") + "?x=1") is scope_of(closure_of("8"))


def test_without_its_row_a_verb_is_closed(seller, monkeypatch):
    """Negative control: it is the table that opens the door."""
    bot = open_bot(seller.id, make_instance(seller.id, seen_state="starting"))
    path, body = "/runtime/heartbeats", {"state": "online", "reason": ""}
    assert bot.post(Client(), path, body).status_code == 200
    monkeypatch.setattr("astra.protocol.scopes._MATCHERS", ())
    answer = bot.post(Client(), path, body)
    assert (answer.status_code, answer.json()) == (401, {"error": "scope"})
