"""The table of scopes is the whole of what a credential is good for: what is served is in it, what is not in it is refused."""

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.urls import URLResolver, get_resolver

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.archive_instance import archive_instance
from astra.core.journey.instances.actions.restart_instance import restart_instance
from astra.core.journey.instances.models import RuntimeSession
from astra.core.journey.instances.tests.cast import change, make_instance, make_ticket, open_bot, public_key, row
from astra.core.surfaces.discord.models import TakenInteraction
from astra.protocol import paths
from astra.protocol.paths import HEALTH, closure_of
from astra.protocol.scopes import SCOPES, scope_of
from astra.protocol.signing import encode, opening_text
from tests.support.documents import SCOPES_PAGE, scopes_page

MEMBER = Actor("member", "1")
# Good for every scope of the table at once; unknown fields are passed over.
EVERYTHING = {
    "state": "online", "reason": "", "kind": "joined", "guild_id": "66", "guild_name": "x", "type": 2, "id": "1490000000000000003",
    "token": "t", "application_id": "310000000000000009", "user": {"id": "7", "username": "x"}, "data": {"name": "compras"}, "locale": "pt-BR",
}  # fmt: skip


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


def restarted(seller, bot):
    restart_instance(seller_id=seller.id, instance_id=bot.opened.instance_id, actor=MEMBER)


def replaced(seller, bot):
    open_bot(seller.id, bot.opened.instance_id)


def archived(seller, bot):
    archive_instance(seller_id=seller.id, instance_id=bot.opened.instance_id, actor=MEMBER)


def expired(seller, bot):
    with acting_for(seller.id):
        RuntimeSession.objects.filter(id=bot.opened.session_id).update(expires_at=bot.opened.now - datetime.timedelta(seconds=1))


def unsigned(seller, bot):
    bot.key = Ed25519PrivateKey.generate()


def untouched(_seller, _bot):
    """Nothing happens to it."""


@pytest.mark.parametrize("scope", [one for one in SCOPES if one.path != paths.SESSIONS], ids=lambda scope: scope.name)
@pytest.mark.parametrize(
    ("happens", "status", "error"),
    [
        (restarted, 409, "superseded"),
        (replaced, 409, "superseded"),
        (archived, 409, "superseded"),
        (expired, 401, "expired"),
        (unsigned, 401, "signature"),
        (untouched, 200, None),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_older_copy_is_refused_on_every_scope(seller, scope, happens, status, error):
    """Each row of the table, so that none can be added without being asked here; the last column shows that the request itself is good."""
    made = make_instance(seller.id, seen_state="starting", application_id="310000000000000009")
    bot = open_bot(seller.id, made)
    happens(seller, bot)
    before = row(seller.id, made)
    path = scope.path.replace("{interaction}", "1490000000000000003")
    answer = bot.post(Client(), path, EVERYTHING)
    assert (answer.status_code, answer.json().get("error")) == (status, error)
    if error:
        after = row(seller.id, made)
        assert (after.seen_state, after.last_heartbeat_at, after.guild_id, after.version) == (
            before.seen_state, None, "", before.version,
        )  # fmt: skip
        with acting_for(seller.id):
            assert not TakenInteraction.objects.exists()


@pytest.mark.parametrize(("state", "status", "error"), [("starting", 409, "superseded"), ("stopped", 409, "superseded"), ("", 200, None)])
def test_a_ticket_of_an_older_generation_opens_no_session(seller, state, status, error):
    made = make_instance(seller.id, seen_state="starting")
    ticket, key = make_ticket(seller.id, made), Ed25519PrivateKey.generate()
    if state == "starting":
        restart_instance(seller_id=seller.id, instance_id=made, actor=MEMBER)
    elif state == "stopped":
        change(seller.id, made, wanted_state="stopped")
    public = public_key(key)
    body = {"ticket": ticket, "public_key": public, "signature": encode(key.sign(opening_text(ticket=ticket, public_key=public)))}
    answer = Client().post(paths.SESSIONS, body, content_type="application/json")
    assert (answer.status_code, answer.json().get("error")) == (status, error)
    with acting_for(seller.id):
        assert RuntimeSession.objects.exists() == (error is None)
