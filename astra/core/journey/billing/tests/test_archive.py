"""A shop that stays suspended is archived: told before, with a copy of its data, and brought back by paying."""

import datetime

import pytest
from django.core import mail

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Export
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.actions.set_policy import BadArchiveDays, set_policy
from astra.core.journey.billing.queries import archive_days, plan_facts
from astra.core.journey.billing.sweeps import sweep_subscriptions


@pytest.fixture
def suspended(seller, actor, clock, queue, pay, plan_id):
    pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor))
    facts = plan_facts(seller.id)
    clock.move(seconds=(facts.ends_at - clock.now()).total_seconds() + datetime.timedelta(days=5, minutes=1).total_seconds())
    sweep_subscriptions()
    assert plan_facts(seller.id).state == "suspended"
    queue.forget()
    mail.outbox.clear()
    return seller


def letters(queue) -> list[str]:
    queue.run("accounts.send_letter")
    found = [str(letter.subject) for letter in mail.outbox]
    mail.outbox.clear()
    return found


def test_it_is_told_a_week_before_then_archived_with_a_copy_and_nothing_is_deleted(suspended, actor, clock, queue, pay, plan_id):
    clock.move(days=82)
    sweep_subscriptions()
    assert letters(queue) == []
    clock.move(days=1)
    sweep_subscriptions()
    sweep_subscriptions()
    (told,) = letters(queue)
    assert told.startswith("Loja da Lara será arquivada em")
    clock.move(days=7)
    sweep_subscriptions()
    assert plan_facts(suspended.id).state == "expired"
    queue.run("accounts.make_export")
    assert "Loja da Lara foi arquivada" in letters(queue)
    with acting_for(suspended.id):
        export = Export.objects.get()
    assert (export.state, export.asked_by, export.keep_days) == ("ready", None, 30)
    assert not allowance(suspended.id).may_sell
    pay(checkout(seller_id=suspended.id, plan_id=plan_id("comeco"), actor=actor))
    assert plan_facts(suspended.id).state == "active"
    assert allowance(suspended.id).may_sell


def test_who_pays_before_is_not_archived(suspended, actor, clock, queue, pay, plan_id):
    clock.move(days=84)
    sweep_subscriptions()
    pay(checkout(seller_id=suspended.id, plan_id=plan_id("comeco"), actor=actor))
    clock.move(days=10)
    sweep_subscriptions()
    assert plan_facts(suspended.id).state == "active"
    with acting_for(suspended.id):
        assert not Export.objects.exists()


def test_the_operators_days_count_for_who_is_suspended_already(suspended, clock):
    set_policy(archive_days=30, actor=Actor("operator", "1"))
    clock.move(days=29)
    sweep_subscriptions()
    assert plan_facts(suspended.id).state == "suspended"
    clock.move(days=1)
    assert sweep_subscriptions() == 1
    assert plan_facts(suspended.id).state == "expired"
    assert sweep_subscriptions() == 0


@pytest.mark.parametrize("days", [-1, 0, 6, 731])
def test_a_rule_that_is_too_soon_or_too_late_is_refused(db, days):
    with pytest.raises(BadArchiveDays):
        set_policy(archive_days=days, actor=Actor("operator", "1"))
    assert archive_days() == 90
