"""From sale to available: by the hold, once, debts first, and explained to the cent."""

import datetime

from django.utils import translation

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.actions.reveal_goods import reveal_goods
from astra.core.journey.delivery.tests.shop import BUYER
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings
from astra.core.journey.wallet.models import Earning
from astra.core.journey.wallet.queries import statement, wallet
from astra.core.journey.wallet.rules import PRUDENT, policy
from astra.core.journey.wallet.sweeps import sweep_clearing, sweep_unbooked
from astra.core.journey.wallet.tests.conftest import set_rules
from astra.core.payments.queries import payments_of


def test_without_a_hold_a_sale_is_available_at_once(purse):
    purse.earn()
    assert purse.parts() == (0, 950, 0)
    assert purse.facts().total_minor == 950


def test_a_hold_is_waited_for(purse, clock):
    set_rules(hold_days=7)
    order_id = purse.earn()
    assert purse.parts() == (950, 0, 0)
    ((when, amount),) = purse.facts().next_clearing
    assert amount == 950
    assert abs(when - clock.now() - datetime.timedelta(days=7)) < datetime.timedelta(minutes=1)
    assert book_earning(seller_id=purse.seller_id, order_id=order_id) == 0
    clock.move(days=6, hours=23)
    assert sweep_clearing() == 0
    clock.move(hours=1, minutes=1)
    assert sweep_clearing() == 1
    assert sweep_clearing() == 0
    assert purse.parts() == (0, 950, 0)
    assert purse.facts().next_clearing == []


def test_earnings_of_one_day_are_one_line_of_what_comes_next(purse):
    set_rules(hold_days=7)
    purse.earn()
    purse.earn()
    assert [amount for _, amount in purse.facts().next_clearing] == [1900]


def test_a_changed_policy_does_not_move_what_was_promised(purse, clock):
    set_rules(hold_days=7)
    purse.earn()
    set_rules(hold_days=30)
    clock.move(days=8)
    assert clear_earnings(seller_id=purse.seller_id) == 1


def test_the_default_is_prudent(db):
    assert policy() == PRUDENT
    assert (PRUDENT.hold_days, PRUDENT.key_cooldown_hours) == (7, 24)


def test_the_queue_is_disposable(purse, clock):
    purse.shop.sell()
    assert sweep_unbooked() == 0
    clock.move(seconds=20)
    assert sweep_unbooked() == 1
    assert sweep_unbooked() == 0
    assert purse.parts() == (0, 950, 0)


def test_what_is_owed_is_paid_off_by_what_clears(purse):
    order_id = purse.earn()
    purse.shop.take_back(order_id, 1000)
    assert (purse.parts(), purse.facts().debt_minor, purse.facts().total_minor) == ((0, 950, 0), 1000, -50)
    purse.earn()
    assert (purse.parts(), purse.facts().debt_minor) == ((0, 950, 0), 50)
    purse.earn()
    assert (purse.parts(), purse.facts().debt_minor) == ((0, 1850, 0), 0)


def test_a_sale_is_explained_from_order_and_payment_to_the_cent(purse):
    order_id = purse.earn()
    with translation.override("pt-br"):
        move, sale = statement(purse.seller_id, 10)
    assert (sale.title, sale.amount_minor, sale.is_move, sale.where, sale.order_id) == ("Venda", 950, False, "Disponível", order_id)
    assert sale.order_code.startswith("LD-")
    (payment,) = payments_of(purse.seller_id, "order", order_id)
    assert sale.details == [
        (f"Pago pelo comprador (pagamento {payment.provider_payment_id})", 1000),
        ("Tarifa da AstraSystems (5%)", -50),
        ("Seu", 950),
    ]
    assert (move.title, move.amount_minor, move.is_move, move.order_code) == ("Venda liberada", 950, True, sale.order_code)


def test_the_statement_adds_up_to_the_wallet_and_each_line_to_its_details(purse, clock):
    set_rules(hold_days=3)
    first = purse.earn()
    clock.move(days=4)
    sweep_clearing()
    purse.earn()
    purse.shop.take_back(first, 100)
    purse.ask(300)
    lines = statement(purse.seller_id, 100)
    assert sum(line.amount_minor for line in lines if not line.is_move) == purse.facts().total_minor == 1800
    sales = [line for line in lines if line.kind == "sale"]
    assert [line.where for line in sales] == ["Pendente", "Disponível"]
    for sale in sales:
        assert sale.details[0][1] + sale.details[1][1] == sale.details[2][1] == sale.amount_minor
    (refund,) = [line for line in lines if line.kind == "refund"]
    assert (refund.amount_minor, refund.title, refund.order_id, refund.where) == (-100, "Reembolso", first, "Devido")
    assert refund.details == [(f"Devolvido ao comprador (pagamento pp_{first})", -100)]
    assert [line.title for line in lines if line.is_move] == ["Saque solicitado", "Dívida quitada", "Venda liberada"]


def test_another_seller_has_another_wallet(purse, other_seller):
    purse.earn()
    assert wallet(other_seller.id).total_minor == 0
    assert statement(other_seller.id, 10) == []
    with acting_for(other_seller.id):
        assert not Earning.objects.exists()
    assert clear_earnings(seller_id=other_seller.id) == 0


def test_a_lost_sale_is_found_however_long_the_sweep_has_been_at_it(purse, clock, queue):
    """What was noted is not read again; what was not noted is never passed over."""
    purse.earn()
    clock.move(minutes=30)
    assert sweep_unbooked() == 0
    order_id = purse.shop.sell()
    reveal_goods(seller_id=purse.seller_id, order_id=order_id, buyer_id=BUYER, interaction_id="seen")
    queue.forget()
    clock.move(minutes=30)
    assert (sweep_unbooked(), sweep_unbooked()) == (1, 0)
    with acting_for(purse.shop.seller_id):
        assert Earning.objects.filter(order_id=order_id).count() == 1
