"""The tables of states, pair by pair: in code and in the database."""

import itertools

import pytest
from django.db import IntegrityError, connection, transaction

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.tests.shop import make_product
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.models.order_state import (
    FULFILMENT,
    TRANSITIONS,
    WORD_TEXTS,
    Commercial,
    Fulfilment,
    Move,
    PaymentAxis,
    Word,
    WrongMove,
    allows,
    next_commercial,
    word_of,
)
from astra.core.journey.sales.queries import STEP_TEXTS
from astra.core.journey.sales.tests.shop import new_click

PAIRS = list(itertools.product(Commercial, Move))
ALL = list(itertools.product(Commercial, PaymentAxis, Fulfilment))
# Written out once more, by hand and from the domain's table, so that a slip in the code's table is seen.
LEGAL = """
draft check_out awaiting_payment; draft cancel cancelled; draft abandon expired;
awaiting_payment approve paid; awaiting_payment expire expired; awaiting_payment cancel cancelled;
expired approve_late paid; expired refuse_late refunding; cancelled approve_late paid; cancelled refuse_late refunding;
paid refund_all refunded; paid refund_part partially_refunded;
refunding refund_all refunded; refunding refund_part partially_refunded; refunding refund_fail refund_failed;
refund_failed refund_all refunded; refund_failed refund_part partially_refunded;
partially_refunded refund_part partially_refunded; partially_refunded refund_all refunded
"""


def legal():
    rows = (row.split() for row in LEGAL.replace("\n", " ").split(";"))
    return {(before, move): after for before, move, after in rows}


@pytest.mark.parametrize(("before", "move"), PAIRS)
def test_every_pair_of_state_and_move(before, move):
    after = legal().get((before.value, move.value))
    assert allows(before, move) == (after is not None)
    if after is None:
        with pytest.raises(WrongMove):
            next_commercial(before, move)
    else:
        assert next_commercial(before, move) == after


def test_the_end_is_the_end():
    assert not [move for move in Move if allows(Commercial.REFUNDED, move)]
    assert FULFILMENT[Fulfilment.DONE] == frozenset()


@pytest.mark.parametrize("commercial", list(Commercial))
def test_every_combination_has_one_word(commercial):
    goods = {
        "none": "paid",
        "in_progress": "fulfilling",
        "partial": "partially_delivered",
        "waiting_stock": "waiting_stock",
        "done": "delivered",
    }
    for payment, fulfilment in itertools.product(PaymentAxis, Fulfilment):
        word = word_of(commercial, payment, fulfilment)
        if commercial == "paid":
            assert word == goods[fulfilment]
        elif payment == "mismatched" and commercial in ("awaiting_payment", "expired", "cancelled"):
            assert word == "payment_in_review"
        else:
            assert word == commercial.value


def test_every_word_is_reached_and_has_a_text():
    assert {word_of(*axes) for axes in ALL} == set(Word)
    assert set(WORD_TEXTS) == set(Word)


def test_steps_have_texts():
    assert {"opened", "placed", "paid", "paid_late", "expired", "cancelled", "refunding", "delivered"} <= set(STEP_TEXTS)


@pytest.fixture
def order_id(seller):
    product = make_product(seller.id)
    return open_cart(
        seller_id=seller.id,
        instance_id=seller.id,
        buyer_id="1",
        buyer_name="b",
        guild_id="",
        channel_id="",
        product_id=product.id,
        click_id=new_click(),
    )


# A way of legal steps to each state, and what the row must have by then.
WAYS = {
    "draft": [],
    "awaiting_payment": ["awaiting_payment"],
    "expired": ["expired"],
    "cancelled": ["cancelled"],
    "paid": ["awaiting_payment", "paid"],
    "refunding": ["expired", "refunding"],
    "refunded": ["awaiting_payment", "paid", "refunded"],
    "partially_refunded": ["awaiting_payment", "paid", "partially_refunded"],
    "refund_failed": ["expired", "refunding", "refund_failed"],
}


def write(cursor, order_id, commercial):
    cursor.execute(
        "UPDATE sales_order SET commercial = %s, payment_id = coalesce(payment_id, gen_random_uuid()), paid_at = astra_now(),"
        " expires_at = astra_now(), charge_id = CASE commercial WHEN 'draft' THEN gen_random_uuid() ELSE charge_id END,"
        " placed_at = CASE commercial WHEN 'draft' THEN astra_now() ELSE placed_at END WHERE id = %s",
        [commercial, order_id],
    )


@pytest.mark.parametrize("before", list(Commercial))
def test_the_database_allows_exactly_the_pairs_of_the_table(seller, order_id, before):
    allowed = {after for (state, _move), after in TRANSITIONS.items() if state == before}
    with acting_for(seller.id), connection.cursor() as cursor:
        for step in WAYS[before]:
            write(cursor, order_id, step)
        for after in set(Commercial) - {before}:
            with transaction.atomic():
                if after in allowed:
                    write(cursor, order_id, after)
                else:
                    with pytest.raises(IntegrityError, match="an order cannot go from"), transaction.atomic():
                        write(cursor, order_id, after)
                transaction.set_rollback(True)


@pytest.mark.parametrize("before", list(Fulfilment))
def test_the_database_allows_exactly_the_steps_of_the_goods(seller, order_id, before):
    with acting_for(seller.id), connection.cursor() as cursor:
        for step in WAYS["paid"]:
            write(cursor, order_id, step)
        if before != Fulfilment.NONE:
            cursor.execute("UPDATE sales_order SET fulfilment = %s WHERE id = %s", [before, order_id])
        for after in set(Fulfilment) - {before}:
            with transaction.atomic():
                statement = "UPDATE sales_order SET fulfilment = %s WHERE id = %s"
                if after in FULFILMENT[before]:
                    cursor.execute(statement, [after, order_id])
                else:
                    with pytest.raises(IntegrityError, match="the goods of an order"), transaction.atomic():
                        cursor.execute(statement, [after, order_id])
                transaction.set_rollback(True)


def test_goods_need_money_and_an_order_begins_as_a_cart(seller, order_id):
    with acting_for(seller.id), connection.cursor() as cursor:
        with pytest.raises(IntegrityError, match="goods_need_money"), transaction.atomic():
            cursor.execute("UPDATE sales_order SET fulfilment = 'in_progress' WHERE id = %s", [order_id])
        with pytest.raises(IntegrityError, match="begins as a cart"), transaction.atomic():
            cursor.execute(
                "INSERT INTO sales_order (id, seller_id, code, buyer_id, buyer_name, instance_id, guild_id, channel_id, product_id,"
                " commercial, payment, fulfilment, version, currency, subtotal_minor, discount_minor, total_minor, coupon_code,"
                " fee_basis_points, fee_minor, refunded_minor, accepts_waiting)"
                " SELECT gen_random_uuid(), seller_id, 'X', '9', '', instance_id, '', '', product_id, 'paid', 'approved', 'none', 0,"
                " currency, 0, 0, 0, '', 0, 0, 0, false FROM sales_order WHERE id = %s",
                [order_id],
            )
