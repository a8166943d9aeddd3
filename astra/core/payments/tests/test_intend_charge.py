"""A charge is written down first; nothing of it can be rewritten afterwards."""

import datetime
import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.payments.access import access_charge
from astra.core.payments.actions.intend_charge import NothingToCharge, intend_charge
from tests.support.cast import SellerInTest
from tests.support.clock import MovableClock


def intend(seller: SellerInTest, clock: MovableClock, **changes: object) -> uuid.UUID:
    wanted = {
        "seller_id": seller.id,
        "purpose_kind": "parcel",
        "purpose_id": uuid.uuid4(),
        "amount_minor": 4990,
        "currency": "BRL",
        "description": "Item",
        "expires_at": clock.now() + datetime.timedelta(minutes=15),
    }
    return intend_charge(**{**wanted, **changes})  # type: ignore[arg-type]


def test_a_charge_begins_as_created_without_a_code(seller: SellerInTest, clock: MovableClock) -> None:
    facts = access_charge(seller.id, intend(seller, clock))
    assert (facts.state, facts.amount_minor, facts.copy_paste) == ("created", 4990, "")


def test_another_seller_does_not_find_it(seller: SellerInTest, other_seller: SellerInTest, clock: MovableClock) -> None:
    charge_id = intend(seller, clock)
    with pytest.raises(NotFound):
        access_charge(other_seller.id, charge_id)


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_nothing_is_charged_for_nothing(seller: SellerInTest, clock: MovableClock, amount_minor: int) -> None:
    with pytest.raises(NothingToCharge):
        intend(seller, clock, amount_minor=amount_minor)


def test_nothing_is_charged_when_the_time_is_over(seller: SellerInTest, clock: MovableClock) -> None:
    with pytest.raises(NothingToCharge):
        intend(seller, clock, expires_at=clock.now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_charge SET amount_minor = 1",
        "UPDATE payments_charge SET seller_id = gen_random_uuid()",
        "UPDATE payments_charge SET state = 'refunded', version = version + 1",
        "UPDATE payments_charge SET state = 'pending'",
        "DELETE FROM payments_charge",
        "DELETE FROM payments_history",
        "UPDATE payments_history SET event = 'nothing'",
    ],
)
def test_the_database_refuses_to_rewrite_it(seller: SellerInTest, clock: MovableClock, statement: str) -> None:
    intend(seller, clock)
    with pytest.raises(DatabaseError), acting_for(seller.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
