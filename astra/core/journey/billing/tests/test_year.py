"""A year of a subscription in seconds: every transition of the machine is seen, and the book agrees."""

import datetime

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.cancel_subscription import cancel_subscription, keep_subscription
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.actions.schedule_plan import schedule_plan
from astra.core.journey.billing.actions.start_trial import start_trial
from astra.core.journey.billing.models import Reminder
from astra.core.journey.billing.queries import history, invoices, plan_facts
from astra.core.journey.billing.states import TABLE
from astra.core.journey.billing.sweeps import sweep_reminders, sweep_subscriptions
from astra.core.ledger.queries import balances
from tests.support.post import arrived


def test_a_year_with_every_transition(seller, actor, clock, queue, pay, plan_id):
    def days(count: int) -> str:
        for _day in range(count):
            clock.move(days=1)
            sweep_subscriptions()
            sweep_reminders()
            queue.run("payments.send_charge", "billing.send_reminder")
        facts = plan_facts(seller.id)
        assert facts is not None
        return facts.state

    def owed():
        return next(one for one in invoices(seller.id) if one.state == "open")

    def sells() -> bool:
        return allowance(seller.id).may_sell

    begun = clock.now()
    start_trial(seller_id=seller.id, actor=actor)
    assert days(8) == "expired"
    assert not sells()

    assert pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)) == "approved"
    assert plan_facts(seller.id).state == "active"
    assert sells()
    assert allowance(seller.id).fee_basis_points == 300

    # Renewed ahead of time: the new period begins when the old one is over.
    ends_at = plan_facts(seller.id).ends_at
    days(26)
    assert owed().kind == "renewal"
    assert owed().period_start == ends_at
    pay(owed().id)
    assert plan_facts(seller.id).ends_at == ends_at
    assert days(6) == "active"
    assert plan_facts(seller.id).ends_at > ends_at

    # Not paid: grace, in which it still sells; paid in grace it keeps its day.
    ends_at = plan_facts(seller.id).ends_at
    days((ends_at - clock.now()).days + 2)
    assert plan_facts(seller.id).state == "past_due"
    assert sells()
    pay(owed().id)
    assert plan_facts(seller.id).state == "active"
    assert plan_facts(seller.id).started_at == ends_at

    # Not paid at all: suspended, no new order; comes back by paying, from that day on.
    ends_at = plan_facts(seller.id).ends_at
    days((ends_at - clock.now()).days + 7)
    assert plan_facts(seller.id).state == "suspended"
    assert not sells()
    assert pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)) == "approved"
    assert plan_facts(seller.id).state == "active"
    assert sells()
    assert plan_facts(seller.id).started_at > ends_at
    assert not [one for one in invoices(seller.id) if one.state == "open"]

    # Up at once, down at the period's end.
    pay(checkout(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor))
    assert allowance(seller.id).max_products == 500
    schedule_plan(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    assert allowance(seller.id).max_products == 500
    days(25)
    assert owed().plan.code == "comeco"
    assert owed().amount_minor == 2990
    pay(owed().id)
    days(8)
    assert plan_facts(seller.id).plan.code == "comeco"
    assert allowance(seller.id).max_products == 60

    # Leaves, stays after all, leaves.
    cancel_subscription(seller_id=seller.id, actor=actor)
    assert sells()
    assert plan_facts(seller.id).cancels
    keep_subscription(seller_id=seller.id, actor=actor)
    assert not plan_facts(seller.id).cancels
    cancel_subscription(seller_id=seller.id, actor=actor)
    assert days(31) == "cancelled"
    assert not sells()

    pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor))
    days(33)
    assert plan_facts(seller.id).state == "past_due"
    cancel_subscription(seller_id=seller.id, actor=actor)
    assert plan_facts(seller.id).state == "cancelled"

    pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor))
    assert days(31 + 6) == "suspended"
    assert days(91) == "expired"
    pay(checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor))
    assert plan_facts(seller.id).state == "active"
    days(26)
    pay(owed().id)
    assert days(20) == "active"
    assert clock.now() - begun > datetime.timedelta(days=365)

    # Paying during the trial has its own test.
    seen = {(line.from_state, line.event) for line in history(seller.id)}
    assert set(TABLE) - seen == {("trialing", "paid")}
    paid = [one for one in invoices(seller.id) if one.state == "paid"]
    assert balances(seller.id)["plan_revenue"] == sum(one.amount_minor for one in paid)
    with acting_for(seller.id):
        assert Reminder.objects.exclude(sent_at=None).count() == Reminder.objects.count() > 10
    letters = [(letter.subject, letter.body) for letter in arrived()]
    assert not {one for one in letters if letters.count(one) > 1}
    assert all(letter.alternatives for letter in arrived())
