"""The plan by card: the provider's page, the renewal that charges itself, the card that is declined, replaced, removed or left aside."""

import datetime

import pytest
from django.core import mail

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.change_card import UnknownMethod, drop_card, renew_by, start_card
from astra.core.journey.billing.actions.charge_invoice import BeingCharged, NoCard, charge_invoice, charge_kept_card
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.models import Reminder
from astra.core.journey.billing.queries import history, invoice_facts, invoices, payer_facts, plan_facts
from astra.core.journey.billing.sweeps import sweep_reminders, sweep_subscriptions
from astra.core.ledger.queries import balances
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import SavedCard
from astra.core.payments.queries import charge_facts, charges_of
from tests.support.provider import ASKING_CARD, BAD_CARD, GOOD_CARD, ONCE_ONLY_CARD

JOBS = (
    "payments.send_charge",
    "payments.cancel_charge",
    "payments.forget_card",
    "payments.send_refund",
    "billing.record_decline",
    "billing.send_reminder",
    "accounts.send_letter",
)


@pytest.fixture
def by_card(seller, actor, payment_provider, queue, plan_id):
    """Chooses a plan by card and types one on the provider's page; the invoice."""

    def it(number: str = GOOD_CARD, *, code: str = "comeco", confirmed: bool | None = None):
        invoice_id = checkout(seller_id=seller.id, plan_id=plan_id(code), actor=actor, method="card")
        queue.run(*JOBS)
        charge_id = invoice_facts(seller.id, invoice_id).charge_id
        assert charge_id is not None
        payment_provider.card(charge_facts(seller.id, charge_id).provider_id, number, confirmed=confirmed)
        take_reading(seller_id=seller.id, charge_id=charge_id)
        queue.run(*JOBS)
        return invoice_facts(seller.id, invoice_id)

    return it


@pytest.fixture
def days(seller, clock, queue):
    """Lets so many days pass, one by one, with all that the worker does; the state."""

    def it(count: int) -> str:
        for _day in range(count):
            clock.move(days=1)
            sweep_subscriptions()
            sweep_reminders()
            queue.run(*JOBS)
        facts = plan_facts(seller.id)
        assert facts is not None
        return facts.state

    return it


def owed(seller):
    return next(one for one in invoices(seller.id) if one.state == "open")


@pytest.mark.parametrize(("number", "confirmed"), [(GOOD_CARD, None), (ASKING_CARD, True)])
def test_a_first_plan_is_paid_on_the_providers_page_and_the_card_is_kept(seller, by_card, number, confirmed):
    paid = by_card(number, confirmed=confirmed)
    assert (paid.state, paid.paid_by) == ("paid", "card")
    assert plan_facts(seller.id).state == "active"
    facts = payer_facts(seller.id)
    assert (facts.renews_by, facts.card.last4) == ("card", number[-4:])
    assert balances(seller.id)["plan_revenue"] == 2990


@pytest.mark.parametrize(("number", "confirmed"), [(BAD_CARD, None), (ASKING_CARD, False), (ASKING_CARD, None)])
def test_a_card_that_is_declined_not_confirmed_or_left_alone_changes_nothing(seller, clock, by_card, number, confirmed):
    asked = by_card(number, confirmed=confirmed)
    assert asked.state == "open"
    assert plan_facts(seller.id) is None
    assert payer_facts(seller.id).card is None
    clock.move(minutes=71)
    sweep_subscriptions()
    assert invoices(seller.id) == []
    assert balances(seller.id)["plan_revenue"] == 0


def test_the_renewal_charges_itself_a_day_ahead_with_one_letter(seller, days, by_card, clock):
    by_card()
    ends_at = plan_facts(seller.id).ends_at
    days((ends_at - clock.now()).days - 2)
    assert owed(seller).charge_id is None
    assert [letter.subject for letter in mail.outbox] == ["Seu plano renova em 7 dias"]
    assert GOOD_CARD[-4:] in mail.outbox[0].body
    assert days(1) == "active"
    paid = next(one for one in invoices(seller.id) if one.kind == "renewal")
    assert (paid.state, paid.paid_by, paid.period_start) == ("paid", "card", ends_at)
    assert days(3) == "active"
    assert plan_facts(seller.id).started_at == ends_at
    assert len(mail.outbox) == 1


def test_a_declined_renewal_goes_into_the_ladder_and_is_tried_again(seller, days, by_card, clock, payment_provider):
    by_card()
    payment_provider.knobs(saved_card_declines=2)
    days((plan_facts(seller.id).ends_at - clock.now()).days + 1)
    assert owed(seller).declined_code == "insufficient_limit"
    assert "recusou" in mail.outbox[-1].body
    assert days(1) == "past_due"
    assert allowance(seller.id).may_sell
    assert len(charges_of(seller.id, "plan", owed(seller).id)) == 2
    assert days(2) == "active"
    paid = next(one for one in invoices(seller.id) if one.kind == "renewal")
    assert (paid.state, paid.declined_code) == ("paid", "")
    states = [one.state for one in charges_of(seller.id, "plan", paid.id)]
    assert states == ["cancelled", "cancelled", "approved"]
    with acting_for(seller.id):
        assert list(Reminder.objects.order_by("step").values_list("step", flat=True)) == [-7, -1, 1]


def test_a_card_that_stays_declined_suspends_and_another_brings_the_shop_back(seller, actor, days, by_card, clock):
    by_card(ONCE_ONLY_CARD)
    days((plan_facts(seller.id).ends_at - clock.now()).days + 7)
    assert plan_facts(seller.id).state == "suspended"
    assert not allowance(seller.id).may_sell
    assert len(charges_of(seller.id, "plan", owed(seller).id)) == 3
    assert by_card(GOOD_CARD).state == "paid"
    assert plan_facts(seller.id).state == "active"
    assert allowance(seller.id).may_sell
    assert payer_facts(seller.id).card.last4 == GOOD_CARD[-4:]
    with acting_for(seller.id):
        before = SavedCard.objects.get(last4=ONCE_ONLY_CARD[-4:])
    assert before.removed_at is not None


def test_the_declined_charge_takes_another_card_on_its_page_and_that_one_is_kept(seller, days, by_card, clock, payment_provider):
    by_card(ONCE_ONLY_CARD)
    days((plan_facts(seller.id).ends_at - clock.now()).days + 2)
    charge = charge_facts(seller.id, owed(seller).charge_id)
    payment_provider.card(charge.provider_id, GOOD_CARD)
    take_reading(seller_id=seller.id, charge_id=charge.id)
    assert plan_facts(seller.id).state == "active"
    assert payer_facts(seller.id).card.last4 == GOOD_CARD[-4:]


def prove(seller, actor, queue, payment_provider, number: str, confirmed: bool | None = None) -> None:
    proof = start_card(seller_id=seller.id, actor=actor)
    queue.run(*JOBS)
    (charge,) = charges_of(seller.id, "plan_card", proof)
    payment_provider.card(charge.provider_id, number, confirmed=confirmed)
    take_reading(seller_id=seller.id, charge_id=charge.id)
    queue.run(*JOBS)


def test_a_card_is_replaced_for_one_real_that_goes_back(seller, actor, queue, by_card, payment_provider):
    by_card()
    payment_provider.deposit(1000)
    prove(seller, actor, queue, payment_provider, ASKING_CARD, confirmed=True)
    assert payer_facts(seller.id).card.last4 == ASKING_CARD[-4:]
    assert balances(seller.id)["parked"] == 0
    assert balances(seller.id)["plan_revenue"] == 2990
    with acting_for(seller.id):
        assert SavedCard.objects.exclude(forgotten_at=None).count() == 1
    prove(seller, actor, queue, payment_provider, BAD_CARD)
    assert payer_facts(seller.id).card.last4 == ASKING_CARD[-4:]


def test_a_replaced_card_pays_at_once_what_is_due(seller, actor, queue, days, by_card, clock, payment_provider):
    by_card(ONCE_ONLY_CARD)
    days((plan_facts(seller.id).ends_at - clock.now()).days + 2)
    assert plan_facts(seller.id).state == "past_due"
    prove(seller, actor, queue, payment_provider, GOOD_CARD)
    assert plan_facts(seller.id).state == "active"


def test_a_removed_card_leaves_pix_and_is_forgotten(seller, actor, queue, days, by_card, clock):
    by_card()
    drop_card(seller_id=seller.id, actor=actor)
    queue.run(*JOBS)
    assert payer_facts(seller.id) == type(payer_facts(seller.id))("pix", None)
    with pytest.raises(NoCard):
        drop_card(seller_id=seller.id, actor=actor)
    with pytest.raises(NoCard):
        renew_by(seller_id=seller.id, method="card", actor=actor)
    days((plan_facts(seller.id).ends_at - clock.now()).days - 3)
    assert charge_facts(seller.id, owed(seller).charge_id).copy_paste


def test_renewals_change_between_pix_and_card_and_back(seller, actor, queue, days, by_card, clock):
    by_card()
    renew_by(seller_id=seller.id, method="pix", actor=actor)
    ends_at = plan_facts(seller.id).ends_at
    days((ends_at - clock.now()).days - 4)
    code = charge_facts(seller.id, owed(seller).charge_id)
    assert code.method == "pix"
    renew_by(seller_id=seller.id, method="card", actor=actor)
    days(4)
    assert charge_facts(seller.id, code.id).state == "cancelled"
    assert next(one for one in invoices(seller.id) if one.kind == "renewal").paid_by == "card"
    with pytest.raises(UnknownMethod):
        renew_by(seller_id=seller.id, method="boleto", actor=actor)


def test_choosing_pix_in_the_last_week_makes_the_code_at_once(seller, actor, queue, days, by_card, clock):
    by_card()
    days((plan_facts(seller.id).ends_at - clock.now()).days - 3)
    assert owed(seller).charge_id is None
    renew_by(seller_id=seller.id, method="pix", actor=actor)
    queue.run(*JOBS)
    assert charge_facts(seller.id, owed(seller).charge_id).copy_paste


def test_an_invoice_goes_from_code_to_card_and_back_with_one_open_charge(seller, actor, queue, plan_id, payment_provider):
    invoice_id = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    queue.run(*JOBS)
    for method in ("card", "pix"):
        charge_invoice(seller_id=seller.id, invoice_id=invoice_id, method=method)
        queue.run(*JOBS)
    found = charges_of(seller.id, "plan", invoice_id)
    assert [(one.method, one.state) for one in found] == [("pix", "cancelled"), ("card", "cancelled"), ("pix", "pending")]


def test_nothing_else_is_begun_while_the_kept_card_is_being_charged(seller, actor, queue, by_card, plan_id):
    by_card()
    upgrade = checkout(seller_id=seller.id, plan_id=plan_id("loja"), actor=actor)
    charge_kept_card(seller_id=seller.id, invoice_id=upgrade)
    for again in (charge_invoice, charge_kept_card):
        with pytest.raises(BeingCharged):
            again(seller_id=seller.id, invoice_id=upgrade)
    queue.run(*JOBS)
    assert plan_facts(seller.id).plan.code == "loja"
    assert invoice_facts(seller.id, upgrade).paid_by == "card"


def test_a_lost_queue_is_noticed_ten_minutes_later(seller, queue, days, by_card, clock, payment_provider):
    by_card()
    payment_provider.knobs(saved_card_declines=1)
    ends_at = plan_facts(seller.id).ends_at
    clock.move(seconds=(ends_at - datetime.timedelta(days=1) - clock.now()).total_seconds() + 60)
    sweep_subscriptions()
    queue.run("payments.send_charge")
    queue.forget()
    clock.move(minutes=11)
    assert sweep_subscriptions() == 1
    assert owed(seller).declined_code == "insufficient_limit"


def test_another_sellers_card_pays_nothing_here(seller, other_seller, actor, by_card):
    by_card()
    assert payer_facts(other_seller.id).card is None
    with pytest.raises(NoCard):
        drop_card(seller_id=other_seller.id, actor=actor)


def test_a_year_by_card(seller, days, by_card, clock, payment_provider):
    begun = clock.now()
    by_card()
    assert days(100) == "active"
    payment_provider.knobs(saved_card_declines=1)
    assert days(60) == "active"
    payment_provider.knobs(saved_card_declines=3)
    assert days(45) == "suspended"
    assert by_card().state == "paid"
    assert days(165) == "active"
    assert clock.now() - begun > datetime.timedelta(days=365)
    paid = [one for one in invoices(seller.id) if one.state == "paid"]
    assert len(paid) == 12
    assert {one.paid_by for one in paid} == {"card"}
    assert balances(seller.id)["plan_revenue"] == sum(one.amount_minor for one in paid)
    seen = {(line.from_state, line.event, line.to_state) for line in history(seller.id)}
    assert {
        ("active", "paid_ahead", "active"),
        ("active", "renewed", "active"),
        ("active", "period_ended", "past_due"),
        ("past_due", "grace_ended", "suspended"),
        ("suspended", "paid", "active"),
    } <= seen
    letters = [(letter.subject, letter.body) for letter in mail.outbox]
    assert not {one for one in letters if letters.count(one) > 1}
