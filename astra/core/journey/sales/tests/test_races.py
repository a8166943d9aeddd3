"""Buyers, payments, restocks and the clock at the same moment: real threads, real commits, a database of the test's own."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from astra.core.foundation.clock import current_instant
from astra.core.foundation.failure import Failure
from astra.core.foundation.ids import new_id
from astra.core.foundation.invariants import load_invariants, violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import ProviderCharge, ProviderPayment
from astra.core.journey.catalog.actions import reserve as reserving
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.actions.reserve import OutOfStock
from astra.core.journey.catalog.actions.take_coupon import CouponRefused
from astra.core.journey.catalog.models import StockItem
from astra.core.journey.catalog.queries import allocations, coupons, variation_facts
from astra.core.journey.catalog.tests.shop import MEMBER
from astra.core.journey.sales.actions.expire_order import expire_order
from astra.core.journey.sales.models.order_state import Word
from astra.core.journey.sales.tests.conftest import OF_OTHERS
from astra.core.journey.sales.tests.shop import Shop, new_click
from astra.core.payments.actions.apply_reading import apply_reading
from astra.core.payments.queries import charge_facts

pytestmark = pytest.mark.commits

# What the verb would be without its protection: it looks, thinks for a moment, and takes what it saw.
CARELESS = """
WITH chosen AS MATERIALIZED (
    SELECT id FROM catalog_stock_item
    WHERE seller_id = %(seller_id)s AND variation_id = %(variation_id)s AND state = 'available'
    ORDER BY place LIMIT %(quantity)s
), thought AS MATERIALIZED (
    SELECT count(*), pg_sleep(0.5) FROM chosen
), taken AS (
    UPDATE catalog_stock_item item
    SET state = 'reserved', reservation_id = %(reservation_id)s, order_id = %(order_id)s, line_id = %(line_id)s
    FROM chosen, thought WHERE item.id = chosen.id
    RETURNING item.id
)
SELECT count(*) FROM taken
"""


@pytest.fixture
def open_shop(own_database: str) -> Shop:
    """A shop in a database of its own, without a provider."""
    from tests.support.cast import make_seller

    return Shop(make_seller("lara@loja.example", "Loja da Lara").id, "1", None)


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """Does all at the same moment, each on its own connection; returns results or exceptions, in order."""
    gate = threading.Barrier(len(deeds))
    found: list[Any] = [None] * len(deeds)

    def run(at: int) -> None:
        try:
            gate.wait(20)
            found[at] = deeds[at]()
        except Exception as problem:
            found[at] = problem
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads), "somebody waits for ever"
    return found


def nothing_is_broken() -> None:
    broken = violations(invariant.name for invariant in load_invariants() if invariant.name not in OF_OTHERS)
    assert not broken, broken


def buyers(shop: Shop, product: Any, count: int, *, first: int = 100, **cart: Any) -> list[Callable[[], Any]]:
    """So many buyers with a cart each, their finger on Pay; ``first`` is the id of the first of them."""
    deeds: list[Callable[[], Any]] = []
    for buyer_id in map(str, range(first, first + count)):
        order_id = shop.cart(product, buyer_id=buyer_id, **cart)
        deeds.append(partial(shop.place, order_id, buyer_id=buyer_id))
    return deeds


def paid_reading(shop: Shop, order_id: Any) -> Callable[[], str]:
    """What the provider would say of an order's charge that was paid."""
    charge_id = shop.facts(order_id).charge_id
    assert charge_id is not None
    charge = charge_facts(shop.seller_id, charge_id)
    now = current_instant()
    reading = ProviderCharge(
        provider_id=f"ch_{charge.id}",
        reference=str(charge.id),
        account="acc",
        status="paid",
        rank=3,
        updated_at=now,
        amount_minor=charge.amount_minor,
        currency=charge.currency,
        copy_paste="x",
        pay_url="",
        expires_at=charge.expires_at,
        payments=(ProviderPayment(f"pay_{charge.id}", charge.amount_minor, 0, 0, now, f"E{charge.id}"),),
    )
    return lambda: apply_reading(seller_id=shop.seller_id, charge_id=charge_id, reading=reading)


def test_the_last_item_is_sold_once_and_the_other_is_told_before_paying(open_shop):
    product = open_shop.product()
    for round_number in range(1, 7):
        open_shop.restock(product, f"last {round_number}")
        # New ones each round: who won five times would be refused for what he has not paid yet.
        found = together(*buyers(open_shop, product, 2, first=100 * round_number))
        refused = [result for result in found if isinstance(result, Exception)]
        assert [type(problem) for problem in refused] == [OutOfStock], found
        assert open_shop.charges() == round_number
    nothing_is_broken()


def test_twelve_buyers_and_five_items(open_shop):
    product = open_shop.product(*"abcde")
    found = together(*buyers(open_shop, product, 12))
    refused = [result for result in found if isinstance(result, Exception)]
    # Nobody who was told "yes" is told "no" later, and nothing is sold twice.
    assert {type(problem) for problem in refused} == {OutOfStock}
    assert open_shop.charges() == 12 - len(refused) == 5
    assert variation_facts(open_shop.seller_id, product.variations[0].id).available == 0
    nothing_is_broken()


def test_control_without_lock_and_guard_the_last_item_is_sold_twice(open_shop, monkeypatch):
    product = open_shop.product("last")
    deeds = buyers(open_shop, product, 2)
    monkeypatch.setattr(reserving, "TAKE", CARELESS)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_stock_item DISABLE TRIGGER catalog_stock_item_guard")
    found = together(*deeds)
    assert not [result for result in found if isinstance(result, Exception)], found
    assert open_shop.charges() == 2
    assert {"S05"} <= violations().keys()


def test_the_database_refuses_even_when_the_verb_forgets_its_lock(open_shop, monkeypatch):
    product = open_shop.product("last")
    deeds = buyers(open_shop, product, 2)
    monkeypatch.setattr(reserving, "TAKE", CARELESS)
    refused = [result for result in together(*deeds) if isinstance(result, Exception)]
    assert [type(problem) for problem in refused] == [IntegrityError]
    assert "from order to order" in str(refused[0])
    assert open_shop.charges() == 1
    nothing_is_broken()


def test_a_checkout_whose_connection_dies_never_happened_and_the_same_click_succeeds(open_shop, monkeypatch):
    product = open_shop.product("only")
    order_id, click = open_shop.cart(product), new_click()
    slow = reserving.TAKE.replace("SELECT count(*) FROM taken", "SELECT count(*), pg_sleep(20) FROM taken")

    def kill() -> int:
        for _try in range(200):
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND wait_event = 'PgSleep'"
                )
                if killed := cursor.fetchone()[0]:
                    return int(killed)
            time.sleep(0.05)
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(reserving, "TAKE", slow)
        found = together(lambda: open_shop.place(order_id, click_id=click), kill)
    assert (type(found[0]), found[1]) == (OperationalError, 1), found
    assert (open_shop.facts(order_id).word, open_shop.charges()) == (Word.DRAFT, 0)
    assert variation_facts(open_shop.seller_id, product.variations[0].id).available == 1
    nothing_is_broken()
    assert open_shop.place(order_id, click_id=click) == order_id
    assert (open_shop.facts(order_id).word, open_shop.charges()) == (Word.AWAITING_PAYMENT, 1)


def test_the_last_use_of_a_coupon_is_given_once(open_shop):
    product = open_shop.product(*"abcdef")
    create_coupon(seller_id=open_shop.seller_id, code="ONCE", kind="percent", value=10, max_uses=1, actor=MEMBER)
    found = together(*buyers(open_shop, product, 4, coupon="ONCE"))
    refused = [result for result in found if isinstance(result, Exception)]
    assert [type(problem) for problem in refused] == [CouponRefused] * 3
    assert coupons(open_shop.seller_id)[0].uses == 1
    assert variation_facts(open_shop.seller_id, product.variations[0].id).available == 5
    nothing_is_broken()


def test_a_double_click_opens_one_cart_and_places_one_order(open_shop):
    product = open_shop.product(*"abcd")
    for _round in range(4):
        opened, pressed = new_click(), new_click()
        carts = together(*[lambda click=opened: open_shop.cart(product, click_id=click)] * 3)
        assert len(set(carts)) == 1, carts
        before = open_shop.charges()
        orders = together(*[lambda order_id=carts[0], click=pressed: open_shop.place(order_id, click_id=click)] * 3)
        assert set(orders) == {carts[0]}, orders
        assert open_shop.charges() == before + 1
    nothing_is_broken()


def test_a_payment_told_twice_at_once_is_one_sale(open_shop):
    order_id = open_shop.order(open_shop.product("a"))
    tell = paid_reading(open_shop, order_id)
    assert together(tell, tell, tell) == ["approved"] * 3
    assert open_shop.steps(order_id) == ["opened", "placed", "paid"]
    nothing_is_broken()


def test_a_restock_and_payments_of_waiting_buyers_never_pass_each_other(open_shop):
    product = open_shop.product(no_stock="wait")
    variation_id = product.variations[0].id
    for round_number in range(5):
        orders = [open_shop.order(product, buyer_id=f"{round_number}-{at}", accepts_waiting=True) for at in range(3)]
        secrets = [f"{round_number}-{at}" for at in range(2)]
        deeds = [paid_reading(open_shop, order_id) for order_id in orders]
        found = together(*deeds, lambda secrets=secrets: open_shop.restock(product, *secrets))
        assert not [result for result in found if isinstance(result, Exception)], found
        assert violations(["C01", "S05"]) == {}
        facts = variation_facts(open_shop.seller_id, variation_id)
        assert (facts.available, facts.waiting) == (0, round_number + 1)
    nothing_is_broken()


def test_an_item_that_a_buyer_fails_to_take_goes_to_who_paid_not_on_sale(open_shop):
    """A buyer holds the only item in a transaction that fails, just while a waiting buyer's payment looks for one."""
    product = open_shop.product("only", no_stock="wait")
    variation_id = product.variations[0].id
    waiting = open_shop.cart(product, buyer_id="2")
    with acting_for(open_shop.seller_id):
        StockItem.objects.update(state="quarantined")
    open_shop.place(waiting, buyer_id="2", accepts_waiting=True)
    with acting_for(open_shop.seller_id):
        StockItem.objects.update(state="available")
    taken, settle = threading.Event(), paid_reading(open_shop, waiting)

    def fails() -> None:
        with acting_for(open_shop.seller_id):
            reserving.reserve(
                seller_id=open_shop.seller_id,
                order_id=new_id(),
                wanted=[reserving.Wanted(new_id(), variation_id, 1)],
                until=current_instant(),
            )
            taken.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
            transaction.set_rollback(True)

    def pays() -> str:
        assert taken.wait(10)
        return settle()

    found = together(fails, pays)
    assert found[1] == "approved", found
    assert [line.missing for line in allocations(open_shop.seller_id, waiting)] == [0]
    nothing_is_broken()


def test_payment_and_expiry_at_once_end_in_one_truth(open_shop):
    product = open_shop.product(*(f"k{at}" for at in range(6)))
    seen = set()
    for round_number in range(6):
        order_id = open_shop.order(product, buyer_id=f"{round_number}")
        with connections["owner"].cursor() as cursor:
            cursor.execute("UPDATE foundation_clock SET offset_by = offset_by + '16 minutes'")
        pays = paid_reading(open_shop, order_id)
        found = together(
            pays,
            lambda order_id=order_id: expire_order(seller_id=open_shop.seller_id, order_id=order_id),
        )
        assert not [result for result in found if isinstance(result, Exception) and not isinstance(result, Failure)], found
        # Whoever came first: there was stock, so the buyer who paid has his item, in time or late, exactly one.
        assert open_shop.facts(order_id).word == Word.PAID
        assert [len(line.item_ids) for line in allocations(open_shop.seller_id, order_id)] == [1]
        seen.add(open_shop.steps(order_id)[-1])
    assert seen <= {"paid", "paid_late"}
    nothing_is_broken()
