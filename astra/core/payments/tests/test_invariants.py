"""Each invariant finds nothing in sound books, and its own corruption in damaged ones."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from astra.core.foundation.inbox import InboxEvent
from astra.core.foundation.invariants import violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.payments.actions.request_refund import request_refund
from astra.core.payments.actions.send_refund import send_refund
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.tests.conftest import Shop

OURS = ("P01", "P02", "P03", "P04", "M12", "M13", "L02")


@pytest.fixture
def damage(shop: Shop) -> Iterator[Callable[..., None]]:
    """Runs SQL as the product's role inside the test; everything is taken back before the books are checked."""
    # A bare savepoint: a transaction of the program's own would forbid the provider's calls that come before the damage.
    save = transaction.savepoint()

    def run(statement: str, *values: Any) -> None:
        with acting_for(shop.seller.id), connection.cursor() as cursor:
            cursor.execute(statement, values)

    yield run
    transaction.savepoint_rollback(save)


@pytest.fixture
def sale(shop: Shop) -> uuid.UUID:
    """A parked payment, half of it refunded."""
    shop.office.verdict = lambda _: "parked"
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    payment_id = shop.payments(charge)[0].id
    refund_id = request_refund(seller_id=shop.seller.id, payment_id=payment_id, amount_minor=1000, reason="test")
    send_refund(seller_id=shop.seller.id, refund_id=refund_id)
    assert violations(OURS) == {}
    return payment_id


def broken() -> set[str]:
    return set(violations(OURS))


def test_p01_a_payment_that_is_not_in_the_book(shop: Shop, sale: uuid.UUID, damage: Callable[..., None]) -> None:
    damage(
        "INSERT INTO payments_payment (id, seller_id, charge_id, provider, provider_payment_id, end_to_end_id, amount_minor, currency,"
        " fee_minor, refunded_minor, paid_at, state, reason, payer_key)"
        " SELECT gen_random_uuid(), seller_id, charge_id, provider, 'pay_other', '', 5, currency, 0, 0, paid_at, 'applied', '', ''"
        " FROM payments_payment WHERE id = %s",
        sale,
    )
    assert broken() == {"P01", "P02"}


def test_p01_a_payment_that_was_never_decided(shop: Shop, sale: uuid.UUID, damage: Callable[..., None]) -> None:
    damage("UPDATE payments_payment SET state = 'received' WHERE id = %s", sale)
    assert broken() == {"P01"}


@pytest.mark.parametrize("state", ["paid", "returned"])
def test_p03_the_database_refuses_a_paid_payout_without_the_providers_id(shop: Shop, damage: Callable[..., None], state: str) -> None:
    shop.wage()
    damage("UPDATE payments_payout SET state = 'sending', version = 1")
    with pytest.raises(IntegrityError):
        damage(f"UPDATE payments_payout SET state = '{state}', version = 2")


def test_p04_money_that_is_kept_apart_for_ever(shop: Shop, damage: Callable[..., None]) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, amount_minor=1)
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    assert broken() == set()
    damage("UPDATE payments_payment SET refund_at = NULL")
    assert broken() == {"P04"}


def test_p04_a_charge_nobody_looks_at(shop: Shop, damage: Callable[..., None]) -> None:
    shop.charge()
    damage("UPDATE payments_charge SET next_look_at = NULL")
    assert broken() == {"P04"}


def test_m12_more_went_back_than_is_counted(shop: Shop, sale: uuid.UUID, damage: Callable[..., None]) -> None:
    damage("UPDATE payments_payment SET refunded_minor = 1 WHERE id = %s", sale)
    assert broken() == {"M12"}


def test_m12_more_is_asked_back_than_came(shop: Shop, sale: uuid.UUID, damage: Callable[..., None]) -> None:
    damage(
        "INSERT INTO payments_refund (id, seller_id, payment_id, amount_minor, currency, reason, origin, state, version, generation,"
        " provider_id, return_id, failure_code, attempts, troubles, next_look_at)"
        " SELECT gen_random_uuid(), seller_id, id, amount_minor, currency, 'x', 'ours', 'requested', 0, 0, '', '', '', 0, 0, astra_now()"
        " FROM payments_payment WHERE id = %s",
        sale,
    )
    assert broken() == {"M12"}


def test_m13_a_refund_that_was_not_posted(shop: Shop, sale: uuid.UUID, damage: Callable[..., None]) -> None:
    damage(
        "INSERT INTO payments_refund (id, seller_id, payment_id, amount_minor, currency, reason, origin, state, version, generation,"
        " provider_id, return_id, failure_code, attempts, troubles, next_look_at)"
        " SELECT gen_random_uuid(), seller_id, id, 1, currency, 'x', 'ours', 'requested', 0, 0, '', '', '', 0, 0, astra_now()"
        " FROM payments_payment WHERE id = %s",
        sale,
    )
    damage("UPDATE payments_refund SET state = 'succeeded', version = 1 WHERE amount_minor = 1")
    damage("UPDATE payments_payment SET refunded_minor = refunded_minor + 1 WHERE id = %s", sale)
    assert broken() == {"M13"}


def test_l02_a_webhook_nobody_understood(shop: Shop) -> None:
    with transaction.atomic():
        event = InboxEvent.objects.create(source="payments.sandbox", account="", event_id="m", body={})
        assert broken() == set()
        shop.clock.move(minutes=16)
        assert "L02" in broken()
        InboxEvent.objects.filter(id=event.id).delete()
