"""Paying, changing and leaving a plan: what is asked, what is refused, and what happens to money that comes too late."""

import datetime
import re

import pytest
from django.db import connection
from django.db.utils import IntegrityError

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.access import access_invoice
from astra.core.journey.billing.actions.apply_payment import apply_payment
from astra.core.journey.billing.actions.cancel_subscription import cancel_subscription, keep_subscription
from astra.core.journey.billing.actions.charge_invoice import InvoiceClosed, charge_invoice
from astra.core.journey.billing.actions.checkout import NothingToPay, checkout
from astra.core.journey.billing.actions.quote_plan import NextPeriodPaid, quote_plan
from astra.core.journey.billing.actions.schedule_plan import schedule_plan
from astra.core.journey.billing.actions.send_reminder import send_reminder
from astra.core.journey.billing.actions.start_trial import start_trial
from astra.core.journey.billing.models import Invoice, Plan, Reminder, Subscription
from astra.core.journey.billing.periods import end_of_period, unused_part
from astra.core.journey.billing.queries import invoice_facts, invoices, plan_facts
from astra.core.journey.billing.states import pairs
from astra.core.journey.billing.sweeps import sweep_reminders, sweep_subscriptions
from astra.core.ledger.queries import balances
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts, payments_of
from tests.support.post import arrived

UTC = datetime.UTC


@pytest.fixture
def subscribed(seller, actor, pay, plan_id):
    pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor))
    return seller


def test_a_plan_is_paid_during_the_trial(seller, actor, pay, plan_id):
    start_trial(seller_id=seller.id, actor=actor)
    invoice_id = checkout(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor)
    assert allowance(seller.id).max_products == 20
    pay(invoice_id)
    assert plan_facts(seller.id).state == "active"
    assert (allowance(seller.id).max_instances, allowance(seller.id).max_products) == (3, 500)
    assert re.fullmatch(r"\d{4}-000001", invoice_facts(seller.id, invoice_id).number)
    assert balances(seller.id)["plan_revenue"] == 7990
    assert balances(seller.id)["wallet_pending"] == 0


def test_pressing_twice_makes_one_invoice_and_another_plan_withdraws_it(seller, actor, plan_id, payment_provider):
    first = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    assert checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor) == first
    second = checkout(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor)
    assert second != first
    assert [one.id for one in invoices(seller.id)] == [second]


def test_money_for_a_withdrawn_invoice_is_kept_apart_and_changes_nothing(seller, actor, queue, plan_id, payment_provider, pay):
    first = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    queue.run("payments.send_charge")
    checkout(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor)
    charge_id = invoice_facts(seller.id, first).charge_id
    payment_provider.pay(charge_facts(seller.id, charge_id).provider_id)
    take_reading(seller_id=seller.id, charge_id=charge_id)
    assert plan_facts(seller.id) is None
    assert [one.state for one in payments_of(seller.id, "plan", first)] == ["parked"]
    assert balances(seller.id)["parked"] == 2990


def test_a_code_paid_twice_counts_once(seller, actor, queue, plan_id, payment_provider):
    invoice_id = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    queue.run("payments.send_charge")
    charge_id = invoice_facts(seller.id, invoice_id).charge_id
    payment_provider.pay(charge_facts(seller.id, charge_id).provider_id, times=2)
    take_reading(seller_id=seller.id, charge_id=charge_id)
    take_reading(seller_id=seller.id, charge_id=charge_id)
    assert balances(seller.id)["plan_revenue"] == 2990
    assert sorted(one.state for one in payments_of(seller.id, "plan", invoice_id)) == ["applied", "parked"]


def test_an_unpaid_checkout_is_withdrawn_after_its_hour(seller, actor, clock, plan_id, payment_provider):
    invoice_id = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    clock.move(minutes=71)
    assert sweep_subscriptions() == 1
    assert invoices(seller.id) == []
    with pytest.raises(InvoiceClosed):
        charge_invoice(seller_id=seller.id, invoice_id=invoice_id)
    assert sweep_subscriptions() == 0


@pytest.mark.parametrize(
    ("start", "period", "anchor", "end"),
    [
        ((2027, 1, 31), "month", 31, (2027, 2, 28)),
        ((2027, 2, 28), "month", 31, (2027, 3, 31)),
        ((2027, 12, 15), "month", 15, (2028, 1, 15)),
        ((2028, 2, 29), "year", 29, (2029, 2, 28)),
    ],
)
def test_a_period_ends_on_its_day_or_the_months_last(start, period, anchor, end):
    assert end_of_period(datetime.datetime(*start, tzinfo=UTC), period, anchor) == datetime.datetime(*end, tzinfo=UTC)


def test_used_and_unused_add_up_to_the_price_at_every_moment():
    start, end = datetime.datetime(2027, 1, 1, tzinfo=UTC), datetime.datetime(2027, 2, 1, tzinfo=UTC)
    for hour in range(0, 31 * 24 + 1, 7):
        now = start + datetime.timedelta(hours=hour)
        assert unused_part(2990, start, end, now) + unused_part(2990, start, end, end - (now - start)) in (2990, 2991, 2989)
        assert 0 <= unused_part(2990, start, end, now) <= 2990
    assert unused_part(2990, start, end, start) == 2990
    assert unused_part(2990, start, end, end) == 0


def test_an_upgrade_pays_the_difference_of_what_is_left(subscribed, actor, clock, pay, plan_id):
    facts = plan_facts(subscribed.id)
    middle = (facts.ends_at - facts.started_at) / 2
    clock.move(seconds=middle.total_seconds())
    quote = quote_plan(seller_id=subscribed.id, plan_id=plan_id("loja"))
    assert (quote.way, quote.price_minor, quote.credit_minor, quote.amount_minor) == ("upgrade", 3995, 1495, 2500)
    pay(checkout(seller_id=subscribed.id, plan_id=plan_id("loja"), actor=actor))
    assert plan_facts(subscribed.id).ends_at == facts.ends_at
    assert allowance(subscribed.id).max_products == 500


def test_from_month_to_year_begins_a_new_period(subscribed, actor, clock, pay, plan_id):
    quote = quote_plan(seller_id=subscribed.id, plan_id=plan_id("loja-ano"))
    assert quote.way == "upgrade"
    assert quote.price_minor == 79900
    assert quote.credit_minor <= 2990
    assert quote.amount_minor == quote.price_minor - quote.credit_minor
    pay(checkout(seller_id=subscribed.id, plan_id=plan_id("loja-ano"), actor=actor))
    facts = plan_facts(subscribed.id)
    assert facts.plan.period == "year"
    assert (facts.ends_at - facts.started_at).days in (365, 366)


def test_a_cheaper_plan_waits_for_the_end_and_can_be_taken_back(seller, actor, pay, plan_id):
    pay(checkout(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor))
    with pytest.raises(NothingToPay):
        checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    schedule_plan(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    assert plan_facts(seller.id).next_plan.code == "comeco"
    schedule_plan(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor)
    assert plan_facts(seller.id).next_plan is None


def test_what_is_paid_ahead_is_not_swapped(subscribed, clock, queue, pay, plan_id):
    clock.move(days=25)
    sweep_subscriptions()
    pay(next(one.id for one in invoices(subscribed.id) if one.state == "open"))
    with pytest.raises(NextPeriodPaid):
        quote_plan(seller_id=subscribed.id, plan_id=plan_id("loja"))


def test_who_paid_ahead_and_leaves_keeps_what_was_paid(subscribed, actor, clock, pay):
    clock.move(days=25)
    sweep_subscriptions()
    pay(next(one.id for one in invoices(subscribed.id) if one.state == "open"))
    cancel_subscription(seller_id=subscribed.id, actor=actor)
    clock.move(days=10)
    assert allowance(subscribed.id).may_sell
    sweep_subscriptions()
    assert plan_facts(subscribed.id).state == "active"
    assert allowance(subscribed.id).may_sell
    clock.move(days=31)
    sweep_subscriptions()
    assert plan_facts(subscribed.id).state == "cancelled"
    assert not allowance(subscribed.id).may_sell


def test_there_is_nothing_to_leave_without_a_plan(seller, actor):
    with pytest.raises(NothingToPay):
        cancel_subscription(seller_id=seller.id, actor=actor)
    with pytest.raises(NothingToPay):
        keep_subscription(seller_id=seller.id, actor=actor)


def test_who_has_an_older_version_renews_at_its_price(subscribed, clock, payment_provider):
    Plan.objects.filter(code="comeco").update(is_current=False)
    clock.move(days=25)
    sweep_subscriptions()
    assert next(one for one in invoices(subscribed.id) if one.state == "open").amount_minor == 2990


def test_a_plan_that_is_not_offered_cannot_be_chosen(seller, plan_id):
    hidden = plan_id("loja")
    Plan.objects.filter(id=hidden).update(is_hidden=True)
    for wanted in (hidden, plan_id("trial")):
        with pytest.raises(NotFound):
            quote_plan(seller_id=seller.id, plan_id=wanted)


def test_a_letter_goes_out_once_in_both_forms_and_the_readers_language(subscribed, clock, queue):
    clock.move(days=25)
    sweep_subscriptions()
    with acting_for(subscribed.id):
        reminder = Reminder.objects.get()
    assert send_reminder(seller_id=subscribed.id, reminder_id=reminder.id)
    assert not send_reminder(seller_id=subscribed.id, reminder_id=reminder.id)
    (letter,) = arrived()
    assert letter.to == [subscribed.email]
    assert "R$" in letter.body
    assert "Começo" in letter.body
    assert "renova" in letter.subject
    assert "/plano/" in letter.alternatives[0][0]


def test_a_lost_queue_loses_no_letter_and_no_charge(subscribed, clock, queue):
    clock.move(days=25)
    sweep_subscriptions()
    queue.forget()
    clock.move(minutes=2)
    assert sweep_reminders() == 1
    queue.run("billing.send_reminder")
    assert len(arrived()) == 1
    assert sweep_reminders() == 0


def test_who_was_away_gets_only_the_latest_letter(subscribed, clock):
    facts = plan_facts(subscribed.id)
    clock.move(seconds=(facts.ends_at - clock.now()).total_seconds() + 4 * 86_400)
    sweep_subscriptions()
    with acting_for(subscribed.id):
        assert [row.step for row in Reminder.objects.all()] == [3]


def test_somebody_elses_invoice_does_not_exist(seller, other_seller, actor, plan_id, payment_provider):
    invoice_id = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    with pytest.raises(NotFound):
        access_invoice(other_seller.id, invoice_id)


def test_the_database_has_the_same_table():
    source = (__import__("pathlib").Path(__file__).parents[1] / "migrations" / "0004_plans_and_guards.py").read_text()
    guard = source.split("billing_subscription_guard()")[1].split(") THEN")[0]
    assert {tuple(pair.split(">")) for pair in re.findall(r"'(\w+>\w+)'", guard)} == pairs()


def test_the_database_refuses_what_the_table_does_not_have(subscribed):
    with pytest.raises(IntegrityError), acting_for(subscribed.id):
        Subscription.objects.update(state="trialing")
    with pytest.raises(IntegrityError), acting_for(subscribed.id):
        Invoice.objects.update(amount_minor=1)
    with pytest.raises(IntegrityError), acting_for(subscribed.id):
        Plan.objects.filter(code="comeco").update(price_minor=1)


def test_a_discord_account_has_one_trial(seller, other_seller):
    from astra.core.foundation.tenancy.route import add_route, find_routes

    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    assert find_routes("trial", str(seller.user_id))
    add_route(kind="trial", key=str(other_seller.user_id), seller_id=seller.id)
    from astra.core.journey.billing.actions.start_trial import TrialUsed

    with pytest.raises(TrialUsed):
        start_trial(seller_id=other_seller.id, actor=Actor("member", str(other_seller.user_id)))


def test_applying_again_answers_as_before(subscribed, queue):
    from astra.core.payments.purposes import Settlement

    paid = invoices(subscribed.id)[0]
    payment = payments_of(subscribed.id, "plan", paid.id)[0]
    again = Settlement(subscribed.id, paid.charge_id, payment.id, "plan", paid.id, 2990, "BRL", 0, paid.paid_at)
    assert apply_payment(again) == "applied"
    assert balances(subscribed.id)["plan_revenue"] == 2990
    with connection.cursor() as cursor:
        cursor.execute("SELECT last FROM billing_invoice_counter")
        assert cursor.fetchone()[0] == 1
