"""A withdrawal: asked, looked at, sent once, told truly; and whatever does not arrive is available again."""

import uuid

import pytest
from django.db import transaction
from django.db.utils import DatabaseError, IntegrityError
from django.utils import translation

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.wallet.access import access_withdrawal
from astra.core.journey.wallet.actions.approve_withdrawal import ReasonMissing, approve_withdrawal
from astra.core.journey.wallet.actions.cancel_withdrawal import TooLate, cancel_withdrawal
from astra.core.journey.wallet.actions.reject_withdrawal import reject_withdrawal
from astra.core.journey.wallet.actions.request_withdrawal import BelowMinimum, KeyNotUsableYet, NoPayoutKey, NotEnough, request_withdrawal
from astra.core.journey.wallet.actions.set_policy import BadPolicy
from astra.core.journey.wallet.actions.settle_withdrawal import settle_withdrawal
from astra.core.journey.wallet.machine import BACK, OPEN, TRANSITIONS, State, Step, WrongStep, next_state
from astra.core.journey.wallet.models import Withdrawal, WithdrawalPolicy, WithdrawalStep
from astra.core.journey.wallet.queries import statement, wallet, withdrawals, withdrawals_to_review, withdrawals_under_way
from astra.core.journey.wallet.tests.conftest import LARA_CPF, OPERATOR, OWNER, register_key, set_rules
from astra.core.ledger.queries import balances
from astra.core.payments.models import Payout
from astra.core.payments.purposes import PayoutSettled


def told(purse, withdrawal_id, outcome):
    facts = purse.withdrawal(withdrawal_id)
    settle_withdrawal(PayoutSettled(purse.seller_id, facts.payout_id, withdrawal_id, outcome))


def test_asked_approved_sent_and_paid(purse, bank, queue, clock):
    purse.earn()
    withdrawal_id = purse.ask()
    assert purse.parts() == (0, 0, 950)
    (waiting,) = withdrawals_to_review()
    assert (waiting.id, waiting.seller_name, waiting.amount_minor, waiting.key_masked) == (
        withdrawal_id,
        "Loja da Lara",
        950,
        "•••.982.247-••",
    )
    purse.approve(withdrawal_id)
    assert (purse.withdrawal(withdrawal_id).state, withdrawals_to_review()) == ("processing", [])
    assert [facts.id for facts in withdrawals_under_way()] == [withdrawal_id]
    purse.settle(withdrawal_id, queue, clock, until="paid")
    facts = purse.withdrawal(withdrawal_id)
    assert (facts.state, facts.settled_at is not None, purse.parts()) == ("paid", True, (0, 0, 0))
    assert [step.step for step in facts.timeline] == ["request", "approve", "send", "confirm"]
    (theirs,) = bank.payouts(facts.payout_id)
    assert (theirs["amount_minor"], theirs["pix_key"]["value"], theirs["holder"]["name"]) == (950, LARA_CPF, "Lara Martins")
    assert balances(purse.seller_id)["provider_cash"] == 50
    with translation.override("pt-br"):
        newest = statement(purse.seller_id, 1)[0]
    assert (newest.title, newest.amount_minor, newest.is_move) == ("Saque pago", -950, False)
    assert newest.details == [(f"Enviado para •••.982.247-•• (transferência {theirs['id']})", -950)]
    assert purse.facts().total_minor == 0


def test_a_fee_is_taken_from_the_amount_and_comes_back_with_it(purse, bank, queue, clock):
    set_rules(fee_minor=30, minimum_minor=100)
    purse.earn()
    withdrawal_id = purse.ask()
    purse.approve(withdrawal_id)
    purse.settle(withdrawal_id, queue, clock, until="paid")
    found = balances(purse.seller_id)
    assert (found["withdrawal_fee"], found["provider_cash"], found["wallet_reserved"]) == (30, 80, 0)
    assert [amount for _, amount in statement(purse.seller_id, 1)[0].details] == [-920, -30]
    (theirs,) = bank.payouts(purse.withdrawal(withdrawal_id).payout_id)
    assert theirs["amount_minor"] == 920
    bank.settle("payouts", theirs["id"], "return")
    clock.move(days=1)
    purse.settle(withdrawal_id, queue, clock, until="returned")
    assert (purse.parts(), balances(purse.seller_id)["withdrawal_fee"]) == ((0, 950, 0), 0)
    with translation.override("pt-br"):
        newest = statement(purse.seller_id, 1)[0]
    assert (newest.title, newest.amount_minor, newest.is_move) == ("Saque devolvido pelo banco", 950, False)


@pytest.mark.parametrize("outcome", ["failed", "returned"])
def test_what_the_bank_does_not_take_is_available_again(purse, bank, queue, clock, outcome):
    bank.knobs(payout_outcome=outcome)
    purse.earn()
    withdrawal_id = purse.ask()
    purse.approve(withdrawal_id)
    purse.settle(withdrawal_id, queue, clock, until=outcome)
    told(purse, withdrawal_id, outcome)
    assert (purse.withdrawal(withdrawal_id).state, purse.parts()) == (outcome, (0, 950, 0))
    assert not purse.withdrawal(withdrawal_id).is_open


def test_unknown_stays_set_apart_and_is_never_sent_again(purse, bank, queue, clock):
    bank.knobs(timeout_after_success=1)
    purse.earn()
    withdrawal_id = purse.ask()
    purse.approve(withdrawal_id)
    queue.run("payments.send_payout")
    facts = purse.withdrawal(withdrawal_id)
    assert (facts.state, purse.parts()) == ("unknown", (0, 0, 950))
    told(purse, withdrawal_id, "unknown")
    purse.approve(withdrawal_id)
    with pytest.raises(TooLate):
        cancel_withdrawal(seller_id=purse.seller_id, withdrawal_id=withdrawal_id, actor=OWNER)
    purse.settle(withdrawal_id, queue, clock, until="paid")
    assert len(bank.payouts(facts.payout_id)) == 1
    with acting_for(purse.seller_id):
        assert Payout.objects.count() == 1


def test_a_seller_cancels_and_the_operator_rejects(purse):
    purse.earn()
    first, second = purse.ask(400), purse.ask(550)
    cancel_withdrawal(seller_id=purse.seller_id, withdrawal_id=first, actor=OWNER)
    cancel_withdrawal(seller_id=purse.seller_id, withdrawal_id=first, actor=OWNER)
    assert purse.parts() == (0, 400, 550)
    reject_withdrawal(seller_id=purse.seller_id, withdrawal_id=second, actor=OPERATOR, reason="Titular diferente.")
    assert (purse.withdrawal(second).reason, purse.parts()) == ("Titular diferente.", (0, 950, 0))
    for withdrawal_id in (first, second):
        with pytest.raises(TooLate):
            purse.approve(withdrawal_id)
    with pytest.raises(TooLate):
        cancel_withdrawal(seller_id=purse.seller_id, withdrawal_id=second, actor=OWNER)
    with pytest.raises(TooLate):
        reject_withdrawal(seller_id=purse.seller_id, withdrawal_id=first, actor=OPERATOR, reason="x")
    assert [facts.state for facts in withdrawals(purse.seller_id)] == ["rejected", "cancelled"]


def test_what_cannot_be_withdrawn_is_refused_and_nothing_moves(purse, seller, clock):
    purse.earn()
    for amount in (0, -5, 99):
        with pytest.raises(BelowMinimum) as refusal, translation.override("pt-br"):
            purse.ask(amount)
        assert "R$" in str(refusal.value.text)
    with pytest.raises(NotEnough):
        purse.ask(951)
    set_rules(key_cooldown_hours=24)
    register_key(seller.id, kind="email", key="lara@loja.example")
    with pytest.raises(KeyNotUsableYet):
        purse.ask()
    assert purse.parts() == (0, 950, 0)
    clock.move(hours=25)
    purse.ask()


def test_without_a_key_there_is_no_withdrawal(purse, other_seller):
    with pytest.raises(NoPayoutKey):
        request_withdrawal(seller_id=other_seller.id, amount_minor=500, actor=OWNER)


def test_what_is_owed_is_settled_before_anything_leaves(purse):
    purse.shop.take_back(purse.earn(), 300)
    with pytest.raises(NotEnough):
        purse.ask(651)
    assert (purse.facts().debt_minor, purse.parts()) == (300, (0, 950, 0))
    purse.ask(650)
    assert (purse.facts().debt_minor, purse.parts()) == (0, (0, 0, 650))


def test_an_approval_needs_a_reason_and_happens_once(purse):
    purse.earn()
    withdrawal_id = purse.ask()
    for act in (approve_withdrawal, reject_withdrawal):
        with pytest.raises(ReasonMissing):
            act(seller_id=purse.seller_id, withdrawal_id=withdrawal_id, actor=OPERATOR, reason="  ")
    purse.approve(withdrawal_id)
    purse.approve(withdrawal_id)
    with acting_for(purse.seller_id):
        assert Payout.objects.count() == 1
        assert WithdrawalStep.objects.filter(step="approve").count() == 1


def test_another_seller_finds_nothing(purse, other_seller):
    purse.earn()
    withdrawal_id = purse.ask()
    with pytest.raises(NotFound):
        access_withdrawal(other_seller.id, withdrawal_id)
    with pytest.raises(NotFound):
        cancel_withdrawal(seller_id=other_seller.id, withdrawal_id=withdrawal_id, actor=OWNER)
    for act in (approve_withdrawal, reject_withdrawal):
        with pytest.raises(NotFound):
            act(seller_id=other_seller.id, withdrawal_id=withdrawal_id, actor=OPERATOR, reason="x")
    with pytest.raises(NotFound):
        settle_withdrawal(PayoutSettled(other_seller.id, uuid.uuid4(), withdrawal_id, "paid"))
    assert withdrawals(other_seller.id) == []
    assert wallet(other_seller.id).payout_key is None
    assert access_withdrawal(purse.seller_id, withdrawal_id).state == "requested"


def test_news_of_another_payout_is_not_taken(purse):
    purse.earn()
    withdrawal_id = purse.ask()
    settle_withdrawal(PayoutSettled(purse.seller_id, uuid.uuid4(), withdrawal_id, "paid"))
    assert purse.withdrawal(withdrawal_id).state == "requested"


def test_every_pair_of_state_and_step_is_allowed_or_raises():
    for state in State:
        for step in Step:
            if (state, step) in TRANSITIONS:
                assert next_state(state, step) == TRANSITIONS[state, step]
            else:
                with pytest.raises(WrongStep):
                    next_state(state, step)
    assert set(OPEN) | set(BACK) | {State.PAID} == set(State)


def test_the_database_has_the_same_table_and_freezes_amounts_and_history(purse):
    purse.earn()
    withdrawal_id = purse.ask()
    allowed = {(before.value, after.value) for (before, _), after in TRANSITIONS.items()}
    with acting_for(purse.seller_id):
        rows = Withdrawal.objects.filter(id=withdrawal_id)
        payout = uuid.uuid4()
        for before in State:
            for after in State:
                if before == after:
                    continue
                passed = False
                with transaction.atomic():
                    savepoint = transaction.savepoint()
                    _put(rows, before.value, payout, allowed)
                    try:
                        with transaction.atomic():
                            rows.update(state=after.value, payout_id=payout)
                        passed = True
                    except IntegrityError:
                        pass
                    transaction.savepoint_rollback(savepoint)
                assert passed == ((before.value, after.value) in allowed), (before, after)
        for change in ({"amount_minor": 1}, {"fee_minor": 1}, {"currency": "USD"}, {"payout_key_id": uuid.uuid4()}):
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**change)
        for history in (WithdrawalStep.objects.all(), WithdrawalPolicy.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                history.update(actor_id="somebody else")
        for kept in (Withdrawal.objects.all(), WithdrawalStep.objects.all(), WithdrawalPolicy.objects.all()):
            with pytest.raises(DatabaseError), transaction.atomic():
                kept.delete()


def _put(rows, state, payout, allowed):
    """Leads the row to a state by allowed steps."""
    way = {"requested": []}
    while state not in way:
        way |= {
            after: [*steps, after]
            for before, steps in list(way.items())
            for source, after in allowed
            if source == before and after not in way
        }
    for step in way[state]:
        rows.update(state=step, **({} if step in ("approved", "rejected", "cancelled") else {"payout_id": payout}))


def test_a_policy_that_contradicts_itself_is_refused(db):
    for rules in ({"fee_minor": 100, "minimum_minor": 100}, {"hold_days": -1}):
        with pytest.raises(BadPolicy):
            set_rules(**rules)
