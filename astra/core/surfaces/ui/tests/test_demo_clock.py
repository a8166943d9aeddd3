"""The demo's button that moves time: there in the demo, and nowhere else."""

import datetime

import pytest
from django.db import DatabaseError
from django.urls import reverse

from astra.core.foundation.clock import current_instant
from astra.core.foundation.moving_clock import clock_offset, move_clock
from astra.core.journey.accounts.models import User


@pytest.fixture
def browser(client, seller):
    client.force_login(User.objects.get(id=seller.user_id))
    return client


@pytest.fixture
def demo(settings, monkeypatch):
    settings.ASTRA_ENVIRONMENT = "demo"
    told = []
    monkeypatch.setattr("astra.core.foundation.moving_clock.httpx.post", lambda url, json, timeout: told.append((url, json)))
    return told


def test_time_goes_forward_and_back_and_the_sandboxes_with_it(browser, demo):
    before = current_instant()
    page = browser.get(reverse("plan")).content.decode()
    assert reverse("move_time") in page
    assert "Voltar a hoje" not in page
    answer = browser.post(reverse("move_time"), {"days": "7", "next": reverse("plan")}, follow=True)
    assert answer.redirect_chain == [(reverse("plan"), 302)]
    assert "7 dias à frente" in answer.content.decode()
    assert current_instant() - before == datetime.timedelta(days=7)
    assert [json for _url, json in demo] == [{"offset_seconds": 7 * 86_400}] * 2
    browser.post(reverse("move_time"), {"days": "0"})
    assert clock_offset() == datetime.timedelta()


@pytest.mark.parametrize("days", ["", "2", "-7", "x"])
def test_no_other_step_is_taken(browser, demo, days):
    assert browser.post(reverse("move_time"), {"days": days}).status_code == 404
    assert clock_offset() == datetime.timedelta()


def test_a_stranger_moves_nothing(client, db, demo):
    assert client.post(reverse("move_time"), {"days": "7"}).status_code == 302
    assert clock_offset() == datetime.timedelta()


@pytest.mark.parametrize("environment", ["production", "test", "development"])
def test_there_is_no_such_thing_outside_the_demo(browser, settings, environment):
    settings.ASTRA_ENVIRONMENT = environment
    assert reverse("move_time") not in browser.get(reverse("plan")).content.decode()
    assert browser.post(reverse("move_time"), {"days": "7"}).status_code == 404
    assert clock_offset() == datetime.timedelta()


def test_production_refuses_whoever_asks(db, settings):
    settings.ASTRA_ENVIRONMENT = "production"
    with pytest.raises(DatabaseError):
        move_clock(datetime.timedelta(days=1))
