"""The operator's plans: shown, changed as a new version, hidden; bad terms stay on the form."""

import pytest
from django.test import Client
from django.urls import reverse

from astra.core.journey.billing.models import Plan
from astra.core.journey.billing.queries import archive_days, offers

TERMS = {
    "name": "Começo",
    "period": "month",
    "price_minor": "39,90",
    "fee_basis_points": "250",
    "max_instances": "1",
    "max_products": "60",
    "max_members": "2",
    "engines": ["none", "local"],
}


@pytest.fixture
def desk(operator) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="pt-br")
    client.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_plans_are_listed_with_the_trial(desk):
    page = desk.get(reverse("admin_plans")).content.decode()
    assert "Começo" in page
    assert "7 dias, grátis" in page


def test_new_terms_are_a_new_version(desk):
    answer = desk.post(f"{reverse('admin_plan_terms')}?code=comeco", TERMS, follow=True)
    assert "Plano salvo" in answer.content.decode()
    found = Plan.objects.get(code="comeco", is_current=True)
    assert (found.version, found.price_minor, found.fee_basis_points) == (2, 3990, 250)
    assert Plan.objects.get(code="comeco", version=1).price_minor == 2990


def test_a_plan_is_made_and_hidden(desk):
    desk.post(reverse("admin_plan_terms"), {**TERMS, "code": "grande", "name": "Grande"})
    assert "grande" in {one.code for one in offers()}
    desk.post(f"{reverse('admin_plan_terms')}?code=grande", {**TERMS, "name": "Grande", "is_hidden": "on"})
    assert "grande" not in {one.code for one in offers()}


def test_the_trial_has_days_and_no_price(desk):
    address = f"{reverse('admin_plan_terms')}?code=trial"
    assert "price_minor" not in desk.get(address).content.decode()
    desk.post(address, {**TERMS, "name": "Trial", "days": "14"})
    assert Plan.objects.get(code="trial", is_current=True).days == 14


@pytest.mark.parametrize(
    "changed", [{"price_minor": "0"}, {"price_minor": "x"}, {"max_products": "-1"}, {"engines": []}, {"code": "comeco"}]
)
def test_bad_terms_stay_on_the_form(desk, changed):
    before = Plan.objects.count()
    answer = desk.post(reverse("admin_plan_terms"), {**TERMS, "code": "outro", **changed})
    assert answer.status_code == 200
    assert Plan.objects.count() == before


def test_an_unknown_plan_is_404(desk):
    assert desk.get(f"{reverse('admin_plan_terms')}?code=nada").status_code == 404


def test_the_operator_says_when_a_shop_is_archived(desk):
    assert archive_days() == 90
    assert "90" in desk.get(reverse("admin_plans")).content.decode()
    for wrong in ("6", "731", "", "x"):
        assert desk.post(reverse("admin_archive_policy"), {"archive_days": wrong}).status_code == 200
    assert archive_days() == 90
    desk.post(reverse("admin_archive_policy"), {"archive_days": "30"})
    assert archive_days() == 30
