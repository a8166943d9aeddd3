"""Every address of the portal: closed to strangers, and with an id of somebody else as if the thing did not exist."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.support.cast import PASSWORD

# Open to everybody on purpose: signing in, health, and doors with a signature of their own.
OPEN = re.compile(r"^(conta/|healthz|readyz|metrics|webhooks/|discord/|runtime/|static/|idioma|tema|language|theme|jsi18n|favicon)")


def addresses(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its whole route."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one.url_patterns, route)
        else:
            yield route, one


# Machines: no browser sends their credential by itself.
BY_SIGNATURE = re.compile(r"^(webhooks/|discord/|runtime/)")
ALL = sorted({route for route, _ in addresses()})
CLOSED = [route for route in ALL if not OPEN.match(route.lstrip("^"))]
WITH_ID = [route for route in CLOSED if "<uuid:" in route]


def filled(route: str, ids: dict[str, uuid.UUID] | None = None) -> str:
    """A route with its parameters filled: ids by name, made up where none is given."""
    path = re.sub(r"<uuid:(\w+)>", lambda found: str((ids or {}).get(found.group(1), uuid.uuid4())), route)
    path = re.sub(r"\(\?P<\w+>[^)]*\)", "x", re.sub(r"<int:\w+>", "1", path))
    return "/" + re.sub(r"<(?:\w+:)?\w+>", "x", path).replace("^", "").replace("$", "")


def test_there_are_routes_to_look_at():
    assert len(CLOSED) > 15
    assert len(WITH_ID) > 5


@pytest.mark.parametrize("route", CLOSED)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_sign_in_or_finds_nothing(client, db, route, method):
    answer = getattr(client, method)(filled(route))
    assert answer.status_code in (302, 404, 405), answer.status_code
    if answer.status_code == 302:
        assert "/conta/" in answer["Location"]


def test_no_form_is_taken_from_another_site(seller):
    """Signing in included: whoever is signed in as an attacker without noticing works for him."""
    stranger, owner = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    _sign_in(owner, seller.user_id)
    forms = [route for route in ALL if not BY_SIGNATURE.match(route.lstrip("^"))]
    assert {"conta/login/", "conta/signup/", "conta/discord/entrar/", "conta/seguranca/discord/vincular/"} <= set(forms)
    taken = [
        (route, origin, answer.status_code)
        for route in forms
        for client in (stranger, owner)
        for origin in ("https://evil.example", "null")
        if (answer := client.post(filled(route), {"login": seller.email, "password": PASSWORD}, HTTP_ORIGIN=origin)).status_code != 403
    ]
    assert not taken


@pytest.mark.parametrize("route", WITH_ID)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_made_up_id_is_404(client, db, neighbours, route, method):
    _sign_in(client, neighbours.seller.user_id)
    assert getattr(client, method)(filled(route)).status_code in (404, 405)


@pytest.mark.parametrize("route", WITH_ID)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_sellers_id_is_404(client, db, neighbours, route, method):
    ids = neighbours.ids
    names = re.findall(r"<uuid:(\w+)>", route)
    missing = [name for name in names if name not in ids and not route.startswith("admin/")]
    assert not missing, f"tests/support/things.py makes no {missing}: a new kind of id needs one"
    _sign_in(client, neighbours.other.user_id)
    assert getattr(client, method)(filled(route, ids)).status_code in (404, 405)


@pytest.mark.parametrize("route", [route for route in CLOSED if route.startswith("admin/")])
def test_the_admin_panel_does_not_exist_for_sellers(client, db, neighbours, route):
    _sign_in(client, neighbours.seller.user_id)
    assert client.get(filled(route)).status_code in (404, 405)


def _sign_in(client, user_id) -> None:
    from astra.core.journey.accounts.models import User

    client.force_login(User.objects.get(id=user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
