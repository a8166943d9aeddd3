"""Every address of the portal × every role: it opens, or says clearly why it does not; another seller's team finds nothing."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation

from astra.core.foundation.audit import AuditRow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.permissions import (
    FINANCE,
    MANAGER,
    OWNER,
    PERMISSIONS,
    READ_ONLY,
    ROLES,
    STOCK,
    SUPPORT,
    governs,
    permissions_of,
    role_text,
    roles_given_by,
)
from astra.core.surfaces.portal import doors
from astra.core.surfaces.portal.doors import ANYBODY, DOORS, asked_by
from tests.architecture.test_routes import addresses, filled
from tests.support.cast import SellerInTest, make_seller
from tests.support.documents import PERMISSIONS_PAGE, permissions_page
from tests.support.team import add_member
from tests.support.things import make_things

PORTAL = "astra.core.surfaces.portal.pages."
ROOT = Path(__file__).resolve().parents[2]
ROUTES = {str(one.name): (route, one) for route, one in addresses() if getattr(one.callback, "__module__", "").startswith(PORTAL)}
# A person's own pages: they belong to whoever is signed in, whatever the shop.
PERSONAL = {
    "open_shop", "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "end_other_sessions", "end_session", "mfa_authenticate", "mfa_reauthenticate",
    # ways in: sign_in_urls.py
    "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn", "socialaccount_connections", "link_discord", "mfa_login_webauthn",
    "mfa_reauthenticate_webauthn", "discord_reauthenticate", "discord_login", "discord_callback", "socialaccount_signup",
    "shops", "choose_shop", "accept_invitation", "decline_invitation", "invitation",
}  # fmt: skip
OF_ROLES = sorted(name for name, (_route, one) in ROUTES.items() if getattr(one.callback, "asks_role", False))
WITH_ID = [name for name in OF_ROLES if "<uuid:" in ROUTES[name][0]]


def lets_in(role: str, name: str, method: str) -> bool:
    """What the two tables say: does the door of an address open to a role?"""
    asked = asked_by(name, method.upper())
    return asked == ANYBODY or asked in permissions_of(role)


@dataclass(frozen=True, slots=True)
class Team:
    """A seller with one of each thing and one member of each role, each signed in."""

    seller: SellerInTest
    ids: dict[str, uuid.UUID]
    people: dict[str, Client]

    def deeds(self) -> int:
        """How much was done in this shop so far."""
        with acting_for(self.seller.id):
            return AuditRow.objects.filter(seller_id=self.seller.id).count()


@pytest.fixture(scope="module")
def teams(django_db_setup, django_db_blocker) -> Iterator[tuple[Team, Team]]:
    """Two teams for all the tests of this file, in one transaction that is rolled back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = [make_seller("lara@equipe.example", "Loja da Lara"), make_seller("otto@equipe.example", "Outra Loja")]
        things = make_things(made[0]) | {"person_id": add_member(made[0], SUPPORT, "sofia@equipe.example")}
        yield _team(made[0], things), _team(made[1], {})
        transaction.set_rollback(True)


def _team(seller: SellerInTest, ids: dict[str, uuid.UUID]) -> Team:
    people = {OWNER: seller.user_id} | {role: add_member(seller, role) for role in ROLES if role != OWNER}
    clients = {}
    for role, person_id in people.items():
        clients[role] = Client()
        clients[role].force_login(User.objects.get(id=person_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return Team(seller, ids, clients)


@pytest.fixture
def team(teams: tuple[Team, Team]) -> Iterator[Team]:
    """The first team; whatever a test does to it is undone."""
    with transaction.atomic():
        yield teams[0]
        transaction.set_rollback(True)


@pytest.fixture
def strangers(teams: tuple[Team, Team], team: Team) -> Team:
    """The second team."""
    return teams[1]


def test_every_address_of_the_portal_has_a_door_or_is_personal():
    unnamed = set(ROUTES) - set(DOORS) - PERSONAL
    assert not unnamed, "name the address in portal/doors.py with the permission it asks (and run make docs)"
    assert set(DOORS) == set(OF_ROLES), "a door that leads nowhere, or a page that does not ask for a role"
    assert not PERSONAL & set(OF_ROLES)


def test_every_permission_opens_something_and_every_door_asks_a_known_one():
    asked = {permission for door in DOORS.values() for permission in (door.see, door.do) if permission}
    assert asked <= set(PERMISSIONS)
    in_pages = set(re.findall(r"\bmay(?:\.|\[\")(\w+)", "".join(path.read_text() for path in _portal_files())))
    assert in_pages - {"get", "items"} <= set(PERMISSIONS), (
        "a page asks for a permission that is in no table: it would hide its button from everybody"
    )
    assert set(PERMISSIONS) <= asked | in_pages


def test_an_address_without_a_door_opens_to_owners_only(team, monkeypatch):
    monkeypatch.setattr(doors, "DOORS", {name: door for name, door in DOORS.items() if name != "coupons"})
    assert {role for role in ROLES if team.people[role].get("/cupons/").status_code == 200} == {OWNER}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", OF_ROLES)
def test_a_role_is_let_in_or_told_why_not(team, name, role):
    address = filled(ROUTES[name][0], team.ids)
    for method in ("get", "post"):
        before, client = team.deeds(), team.people[role]
        with translation.override("pt-br"), transaction.atomic():
            answer = getattr(client, method)(address)
            if answer.status_code == 405:
                continue
            if lets_in(role, name, method):
                assert answer.status_code in (200, 204, 302), (method, answer.status_code)
                _shows_no_closed_door(answer.content.decode() if method == "get" else "", role)
            else:
                assert answer.status_code == 403, (method, answer.status_code)
                _says_why(answer.content.decode(), name, role, method)
                assert team.deeds() == before, "a refused form did something"
            transaction.set_rollback(True)


def _says_why(page: str, name: str, role: str, method: str) -> None:
    """The page in words: what is asked, who may, what this role may, and whom to ask."""
    words = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))
    asked = PERMISSIONS[str(asked_by(name, method.upper()))]
    for text in (
        asked.words,
        role_text(role),
        *(role_text(one) for one in asked.roles),
        *(PERMISSIONS[one].words for one in permissions_of(role)),
    ):
        assert str(text) in words, text
    assert "lara@equipe.example" in words


class _Links(HTMLParser):
    """The addresses that a page leads to, with the method."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.found.add(("get", str(named["href"])))
        if named.get("hx-get"):
            self.found.add(("get", str(named["hx-get"])))
        if tag == "form" and named.get("action"):
            self.found.add((str(named.get("method") or "get").lower(), str(named["action"])))


def _shows_no_closed_door(page: str, role: str) -> None:
    """A page shows no link, button or live part that would answer this role with a refusal."""
    links = _Links()
    links.feed(page)
    for method, address in links.found:
        if not address.startswith("/"):
            continue
        try:
            name = str(resolve(address.partition("?")[0].partition("#")[0]).url_name)
        except Resolver404:
            continue
        assert name not in DOORS or lets_in(role, name, method), f"{role} is shown {method.upper()} {address}"


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", WITH_ID)
def test_another_sellers_member_finds_nothing(team, strangers, name, role):
    theirs, made_up = filled(ROUTES[name][0], team.ids), filled(ROUTES[name][0])
    for method in ("get", "post"):
        answers = [getattr(strangers.people[role], method)(address).status_code for address in (theirs, made_up)]
        assert answers[0] == answers[1], "the answer tells that the thing exists"
        if answers[0] != 405:
            assert answers[0] == (404 if lets_in(role, name, method) else 403)


def test_what_each_role_is_for():
    """The lines of the table that must never move by accident."""
    for role in ROLES:
        assert permissions_of(role) <= permissions_of(OWNER)
    assert {role for role in ROLES if "move_money" in permissions_of(role)} == {OWNER, FINANCE}
    assert {role for role in ROLES if "set_payout_key" in permissions_of(role)} == {OWNER}
    assert {role for role in ROLES if "run_instance" in permissions_of(role)} == {OWNER, MANAGER}
    assert not {"see_orders", "see_money", "see_plan"} & permissions_of(STOCK)
    assert not {"see_money", "add_stock"} & permissions_of(SUPPORT)
    assert all(name.startswith("see_") for name in permissions_of(READ_ONLY))
    assert not permissions_of("")


def test_nobody_gives_more_than_he_has():
    assert roles_given_by(OWNER) == ROLES
    assert set(roles_given_by(MANAGER)) == {STOCK, SUPPORT, READ_ONLY}
    for role in (STOCK, SUPPORT, FINANCE, READ_ONLY, "", "nonsense"):
        assert not roles_given_by(role)
    assert not governs(OWNER, "nonsense")
    for role in ROLES:
        assert all(permissions_of(other) <= permissions_of(role) for other in roles_given_by(role))


def test_the_page_of_permissions_is_fresh():
    assert PERMISSIONS_PAGE.read_text() == permissions_page(), "run: python -m tests.support.documents --write"


def _portal_files() -> list[Path]:
    portal = ROOT / "astra/core/surfaces/portal"
    return [*portal.glob("pages/*.py"), *portal.glob("templates/**/*.html")]
