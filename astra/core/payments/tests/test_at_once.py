"""Several workers at the same charge, refund or payout, with real commits: one effect."""

import threading
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.db import connection

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.ledger.queries import balances
from astra.core.payments.actions.cancel_charge import cancel_charge
from astra.core.payments.actions.request_refund import TooMuchToRefund, request_refund
from astra.core.payments.actions.send_charge import send_charge
from astra.core.payments.actions.send_payout import send_payout
from astra.core.payments.actions.send_refund import send_refund
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import History
from astra.core.payments.queries import payout_facts, refund_facts
from astra.core.payments.sweeps import janitor, sweep_payouts
from astra.core.payments.tests.conftest import PRICE, ParcelOffice, Shop
from tests.support.books import BooksInTest
from tests.support.cast import make_seller
from tests.support.clock import MovableClock
from tests.support.provider import ProviderInTest

pytestmark = pytest.mark.commits
WORKERS = 6


@pytest.fixture
def open_shop(own_database: str, django_db_blocker, office: ParcelOffice, payment_provider: ProviderInTest) -> Iterator[Shop]:  # type: ignore[no-untyped-def]
    """A shop in a database of its own, in which transactions end."""
    with django_db_blocker.unblock():
        payment_provider.deposit(1_000_000)
        yield Shop(make_seller("lara@loja.example", "Loja da Lara"), office, payment_provider, MovableClock())
        BooksInTest().check("P01", "P02", "P03", "M01", "M02", "M04", "M06", "M12", "M13")


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Runs the calls in threads that start together; returns answers and exceptions, in order."""
    barrier, answers = threading.Barrier(len(calls)), [None] * len(calls)

    def run(position: int, call: Callable[[], object]) -> None:
        try:
            barrier.wait()
            answers[position] = call()  # type: ignore[call-overload]
        except Exception as problem:
            answers[position] = problem  # type: ignore[call-overload]
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(answers)


def steps(shop: Shop, object_id: uuid.UUID, event: str) -> int:
    with acting_for(shop.seller.id):
        return History.objects.filter(object_id=object_id, event=event).count()


def test_many_senders_make_one_charge(open_shop: Shop) -> None:
    charge_id = open_shop.intend()
    answers = at_once(*[lambda: send_charge(seller_id=open_shop.seller.id, charge_id=charge_id)] * WORKERS)
    assert answers == ["pending"] * WORKERS
    assert len(open_shop.provider.charges(charge_id)) == 1
    assert steps(open_shop, charge_id, "made") == 1


def test_many_readers_apply_a_payment_once(open_shop: Shop) -> None:
    charge = open_shop.charge()
    open_shop.provider.pay(charge.provider_id, times=2)
    answers = at_once(*[lambda: take_reading(seller_id=open_shop.seller.id, charge_id=charge.id)] * WORKERS)
    assert answers == ["approved"] * WORKERS
    assert len(open_shop.office.applied) == 1
    assert balances(open_shop.seller.id)["wallet_pending"] == PRICE


def test_paying_reading_and_cancelling_at_once_ends_in_one_truth(open_shop: Shop) -> None:
    for _ in range(4):
        charge = open_shop.charge()
        open_shop.office.applied.clear()
        verdicts = at_once(
            lambda charge=charge: cancel_charge(seller_id=open_shop.seller.id, charge_id=charge.id),  # type: ignore[misc]
            lambda charge=charge: open_shop.provider.pay(charge.provider_id)["status"],  # type: ignore[misc]
            lambda charge=charge: take_reading(seller_id=open_shop.seller.id, charge_id=charge.id),  # type: ignore[misc]
        )
        paid = verdicts[1] == "paid"
        assert verdicts[0] == ("paid" if paid else "cancelled")
        assert open_shop.state(charge.id) == ("approved" if paid else "cancelled")
        assert len(open_shop.office.applied) == (1 if paid else 0)


def test_many_senders_send_one_refund(open_shop: Shop) -> None:
    open_shop.office.verdict = lambda _: "parked"
    charge = open_shop.charge()
    open_shop.provider.pay(charge.provider_id)
    take_reading(seller_id=open_shop.seller.id, charge_id=charge.id)
    payment_id = open_shop.payments(charge)[0].id
    asked = at_once(
        *[lambda: request_refund(seller_id=open_shop.seller.id, payment_id=payment_id, amount_minor=PRICE, reason="test")] * WORKERS
    )
    (refund_id,) = [answer for answer in asked if isinstance(answer, uuid.UUID)]
    assert sum(isinstance(answer, TooMuchToRefund) for answer in asked) == WORKERS - 1
    at_once(*[lambda: send_refund(seller_id=open_shop.seller.id, refund_id=refund_id)] * WORKERS)
    assert refund_facts(open_shop.seller.id, refund_id).state == "succeeded"
    assert len(open_shop.provider.refunds(refund_id)) == 1
    assert len(open_shop.office.refunded) == 1
    assert balances(open_shop.seller.id)["parked"] == 0


def test_many_senders_send_one_payout(open_shop: Shop) -> None:
    payout_id = open_shop.wage()
    at_once(*[lambda: send_payout(seller_id=open_shop.seller.id, payout_id=payout_id)] * WORKERS)
    assert len(open_shop.provider.payouts(payout_id)) == 1
    assert payout_facts(open_shop.seller.id, payout_id).state in ("processing", "paid")
    assert steps(open_shop, payout_id, "sending") == 1


def test_many_sweeps_wake_once(open_shop: Shop) -> None:
    open_shop.charge()
    open_shop.wage()
    open_shop.clock.move(seconds=11)
    assert sum(int(str(answer)) for answer in at_once(*[janitor] * 3, *[sweep_payouts] * 3)) == 2
