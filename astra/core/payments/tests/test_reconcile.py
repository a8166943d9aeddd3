"""What only the statement tells is found there."""

import pytest

from astra.core.integrations.payments.port import ProviderDown
from astra.core.payments.actions.cancel_charge import cancel_charge
from astra.core.payments.actions.reconcile import reconcile
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import StatementCursor
from astra.core.payments.purposes import Settlement
from astra.core.payments.queries import payout_facts, refunds_of
from astra.core.payments.sweeps import janitor, sweep_statement
from astra.core.payments.tests.conftest import PRICE, Shop
from tests.support.queue import QueueInTest


def test_a_payment_after_every_look_is_found(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(loss=1.0, pay_after_cancel=True)
    reconcile()
    charge = shop.charge()
    cancel_charge(seller_id=shop.seller.id, charge_id=charge.id)
    shop.clock.move(days=36)
    janitor()
    queue.run()
    assert janitor() == 0, "the janitor has given it up"
    shop.provider.pay(charge.provider_id)
    assert reconcile() == 1
    assert (shop.state(charge.id), len(shop.office.applied)) == ("approved", 1)
    assert reconcile() == 0


def test_money_taken_back_and_payouts_are_found(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(loss=1.0)
    reconcile()
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    (payment,) = shop.payments(charge)
    shop.provider.take_back(charge.provider_id, payment.provider_payment_id, 90)
    payout_id = shop.wage()
    queue.run("payments.send_payout")
    shop.provider.clock(1)
    shop.provider.get("/v1/account")
    assert reconcile() == 2
    assert [refund.origin for refund in refunds_of(shop.seller.id, payment.id)] == ["provider"]
    assert payout_facts(shop.seller.id, payout_id).state == "paid"
    assert reconcile() == 0


def test_what_is_known_is_not_read_again(shop: Shop) -> None:
    reconcile()
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    assert reconcile() == 0


def test_a_line_that_is_not_understood_is_read_again(shop: Shop) -> None:
    reconcile()
    before = StatementCursor.objects.get().line_id
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    shop.office.broken = RuntimeError("shelf")
    with pytest.raises(RuntimeError):
        reconcile()
    assert StatementCursor.objects.get().line_id == before
    shop.office.broken = None
    assert reconcile() == 1
    assert shop.state(charge.id) == "approved"


def test_a_line_that_is_not_understood_does_not_keep_the_others_back(shop: Shop) -> None:
    reconcile()
    first, second = shop.charge(), shop.charge()
    for charge in (first, second):
        shop.provider.pay(charge.provider_id)

    def refuses_the_first(settlement: Settlement) -> str:
        if settlement.charge_id == first.id:
            raise RuntimeError("shelf")
        return "applied"

    shop.office.verdict = refuses_the_first
    with pytest.raises(RuntimeError):
        reconcile()
    assert (shop.state(first.id), shop.state(second.id)) == ("pending", "approved")
    shop.office.verdict = None
    assert reconcile() == 1
    assert shop.state(first.id) == "approved"


def test_a_statement_that_began_anew_is_read_from_its_beginning(shop: Shop) -> None:
    reconcile()
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    StatementCursor.objects.update(line_id="ln_of_another_life")
    assert reconcile() == 1
    assert shop.state(charge.id) == "approved"


def test_an_outage_moves_nothing(shop: Shop) -> None:
    reconcile()
    before = StatementCursor.objects.get().line_id
    shop.provider.knobs(api_errors=1)
    with pytest.raises(ProviderDown):
        reconcile()
    assert StatementCursor.objects.get().line_id == before


def test_the_sweep_reads_once_a_minute(shop: Shop) -> None:
    sweep_statement()
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    assert sweep_statement() == 0
    shop.clock.move(seconds=61)
    assert sweep_statement() == 1
    assert shop.balance("wallet_pending") == PRICE
