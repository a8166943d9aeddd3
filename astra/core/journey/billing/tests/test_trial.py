"""The trial: once per seller and per person, and its limits are in force at once."""

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import Route
from astra.core.journey.accounts.actions.open_seller import open_seller
from astra.core.journey.accounts.models import Holder
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.change_card import start_card
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.actions.start_trial import TrialUsed, start_trial
from astra.core.journey.billing.queries import invoice_facts, plan_facts
from astra.core.journey.billing.sweeps import sweep_subscriptions
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts, charges_of
from tests.support.provider import GOOD_CARD, ONCE_ONLY_CARD


def test_the_trial_puts_its_limits_in_force(seller, clock):
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    limits = allowance(seller.id)
    assert (limits.max_instances, limits.max_products, limits.fee_basis_points) == (1, 20, 500)
    assert set(limits.engines) == {"none", "local"}
    assert limits.may_sell
    assert plan_facts(seller.id).days_left == 7
    clock.move(days=7, minutes=1)
    assert not allowance(seller.id).may_sell
    assert plan_facts(seller.id).state == "expired"


def test_a_second_trial_is_refused(seller):
    actor = Actor("member", str(seller.user_id))
    start_trial(seller_id=seller.id, actor=actor)
    with pytest.raises(TrialUsed):
        start_trial(seller_id=seller.id, actor=actor)


def test_a_person_with_another_shop_gets_no_second_trial(seller):
    actor = Actor("member", str(seller.user_id))
    start_trial(seller_id=seller.id, actor=actor)
    second = open_seller(user_id=seller.user_id, name="Outra")
    with pytest.raises(TrialUsed):
        start_trial(seller_id=second, actor=actor)


def test_another_seller_is_untouched(seller, other_seller):
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    assert plan_facts(other_seller.id) is None


def test_a_discord_account_that_had_the_trial_has_no_second_one(seller, other_seller):
    SocialAccount.objects.create(user_id=seller.user_id, provider="discord", uid="80351110224678912")
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    SocialAccount.objects.all().delete()
    SocialAccount.objects.create(user_id=other_seller.user_id, provider="discord", uid="80351110224678912")
    with pytest.raises(TrialUsed) as refused:
        start_trial(seller_id=other_seller.id, actor=Actor("member", str(other_seller.user_id)))
    assert "teste" in str(refused.value.text)
    assert plan_facts(other_seller.id) is None


def prove(seller, queue, payment_provider, number: str) -> None:
    payment_provider.deposit(1000)
    proof = start_card(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    queue.run("payments.send_charge")
    (charge,) = charges_of(seller.id, "plan_card", proof)
    payment_provider.card(charge.provider_id, number)
    take_reading(seller_id=seller.id, charge_id=charge.id)


def test_a_card_that_paid_for_a_shop_with_a_trial_has_no_second_one(seller, other_seller, queue, payment_provider):
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    prove(seller, queue, payment_provider, GOOD_CARD)
    prove(other_seller, queue, payment_provider, GOOD_CARD)
    with pytest.raises(TrialUsed):
        start_trial(seller_id=other_seller.id, actor=Actor("member", str(other_seller.user_id)))


def test_another_card_is_another_payer(seller, other_seller, queue, payment_provider):
    prove(seller, queue, payment_provider, GOOD_CARD)
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    prove(other_seller, queue, payment_provider, ONCE_ONLY_CARD)
    start_trial(seller_id=other_seller.id, actor=Actor("member", str(other_seller.user_id)))
    assert plan_facts(other_seller.id).state == "trialing"


def test_a_payer_of_a_shop_without_a_trial_still_has_it(seller, other_seller, queue, payment_provider):
    prove(seller, queue, payment_provider, GOOD_CARD)
    prove(other_seller, queue, payment_provider, GOOD_CARD)
    start_trial(seller_id=other_seller.id, actor=Actor("member", str(other_seller.user_id)))
    assert plan_facts(other_seller.id).state == "trialing"


def test_who_paid_by_pix_after_a_trial_has_no_second_one_under_the_same_document(seller, other_seller, queue, payment_provider, plan_id):
    actor = Actor("member", str(seller.user_id))
    start_trial(seller_id=seller.id, actor=actor)
    invoice_id = checkout(seller_id=seller.id, plan_id=plan_id("comeco"), actor=actor)
    queue.run("payments.send_charge")
    charge_id = invoice_facts(seller.id, invoice_id).charge_id
    assert charge_id is not None
    payment_provider.pay(charge_facts(seller.id, charge_id).provider_id, document="529.982.247-25")
    take_reading(seller_id=seller.id, charge_id=charge_id)
    with acting_for(other_seller.id):
        row = Holder(seller_id=other_seller.id, kind="cpf", fingerprint=b"x", masked="x")
        cell = {"seller_id": other_seller.id, "table": "accounts_holder", "row_id": row.id}
        row.name_sealed = seal("Otto", column="name_sealed", **cell)
        row.document_sealed = seal("52998224725", column="document_sealed", **cell)
        row.save()
    with pytest.raises(TrialUsed):
        start_trial(seller_id=other_seller.id, actor=Actor("member", str(other_seller.user_id)))
    assert not Route.objects.filter(key__contains="529982").exists()


def test_letters_come_three_days_and_one_day_before_the_end_and_at_it(seller, clock, queue):
    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    for _day in range(10):
        sweep_subscriptions()
        clock.move(days=1)
    queue.run("accounts.send_letter")
    assert [letter.subject for letter in mail.outbox] == [
        "O teste de Loja da Lara termina em 3 dias",
        "O teste de Loja da Lara termina em 1 dia",
        "O teste de Loja da Lara terminou",
    ]
    assert all(letter.alternatives for letter in mail.outbox)
