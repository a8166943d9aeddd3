"""What the provider says of a charge is applied once, in any order."""

import dataclasses
import uuid

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import ProviderDown
from astra.core.integrations.payments.provider import provider
from astra.core.payments.actions.accept_parked import CannotAccept, accept_parked
from astra.core.payments.actions.apply_reading import apply_reading
from astra.core.payments.actions.cancel_charge import cancel_charge
from astra.core.payments.actions.request_refund import TooMuchToRefund, request_refund
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.models import Charge
from astra.core.payments.purposes import Settlement, UnknownPurpose, forget
from astra.core.payments.queries import charge_facts, refunds_of
from astra.core.payments.sweeps import janitor, sweep_parked
from astra.core.payments.tests.conftest import PRICE, Shop
from tests.support.queue import QueueInTest


def read(shop: Shop, charge_id: uuid.UUID) -> str:
    return take_reading(seller_id=shop.seller.id, charge_id=charge_id)


def test_a_payment_is_applied_once(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    for _ in range(3):
        assert read(shop, charge.id) == "approved"
    (settlement,) = shop.office.applied
    (payment,) = shop.payments(charge)
    assert (payment.state, payment.amount_minor) == ("applied", PRICE)
    assert settlement == Settlement(
        shop.seller.id,
        charge.id,
        payment.id,
        "parcel",
        charge.purpose_id,
        PRICE,
        "BRL",
        0,
        settlement.approved_at,
        "pix",
        settlement.payer_key,
    )
    assert len(settlement.payer_key) == 64
    assert shop.balance("provider_cash") == shop.balance("wallet_pending") == PRICE


def test_an_older_reading_undoes_nothing(shop: Shop) -> None:
    charge = shop.charge()
    pending = provider().charge(charge.provider_id)
    assert pending is not None
    shop.provider.pay(charge.provider_id)
    assert read(shop, charge.id) == "approved"
    assert apply_reading(seller_id=shop.seller.id, charge_id=charge.id, reading=pending) == "approved"
    expired = dataclasses.replace(pending, status="expired", rank=1)
    assert apply_reading(seller_id=shop.seller.id, charge_id=charge.id, reading=expired) == "approved"
    assert len(shop.office.applied) == 1


def test_a_reading_of_another_charge_is_not_believed(shop: Shop) -> None:
    charge, other = shop.charge(), shop.charge()
    shop.provider.pay(other.provider_id)
    reading = provider().charge(other.provider_id)
    assert reading is not None
    assert apply_reading(seller_id=shop.seller.id, charge_id=charge.id, reading=reading) == "pending"
    assert shop.office.applied == []


@pytest.mark.parametrize("difference", [-1, 1])
def test_a_centavo_too_little_or_too_much_is_parked_and_goes_back_after_a_day(shop: Shop, queue: QueueInTest, difference: int) -> None:
    shop.provider.knobs(wrong_amount_minor=difference)
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    assert read(shop, charge.id) == "mismatched"
    (payment,) = shop.payments(charge)
    assert (payment.state, payment.reason, payment.amount_minor) == ("parked", "wrong_amount", PRICE + difference)
    assert (shop.office.applied, shop.balance("parked"), shop.balance("wallet_pending")) == ([], PRICE + difference, 0)
    shop.clock.move(hours=23, minutes=59)
    assert sweep_parked() == 0
    shop.clock.move(minutes=2)
    assert sweep_parked() == 1
    assert sweep_parked() == 0
    assert shop.state(charge.id) == "refund_pending"
    queue.run()
    assert shop.state(charge.id) == "refunded"
    assert shop.balance("parked") == shop.balance("provider_cash") == 0
    assert shop.provider.charge(charge.provider_id)["refunded_minor"] == PRICE + difference
    assert [news.amount_minor for news in shop.office.refunded] == [PRICE + difference]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"currency": "USD"}, "wrong_currency"), ({"account": "acc_other"}, "wrong_account"), ({"reference": "other"}, "wrong_reference")],
)
def test_another_currency_account_or_reference_is_parked(shop: Shop, change: dict[str, str], reason: str) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    reading = provider().charge(charge.provider_id)
    assert reading is not None
    bent = dataclasses.replace(reading, **change)  # type: ignore[arg-type]
    assert apply_reading(seller_id=shop.seller.id, charge_id=charge.id, reading=bent) == "mismatched"
    assert [payment.reason for payment in shop.payments(charge)] == [reason]
    assert shop.office.applied == []


def test_a_code_paid_twice_is_applied_once_and_the_second_goes_back_at_once(shop: Shop, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, times=2)
    assert read(shop, charge.id) == "approved"
    first, second = shop.payments(charge)
    assert (first.state, second.state, second.reason) == ("applied", "parked", "second_payment")
    queue.run("payments.send_refund")
    theirs = shop.provider.charge(charge.provider_id)["payments"]
    assert [payment["refunded_minor"] for payment in theirs] == [0, PRICE]
    assert [payment["id"] for payment in theirs] == [first.provider_payment_id, second.provider_payment_id]
    assert shop.state(charge.id) == "approved"
    assert (shop.balance("parked"), shop.balance("wallet_pending"), shop.balance("provider_cash")) == (0, PRICE, PRICE)
    assert shop.office.refunded == [], "the purpose was never given this money"


def test_a_second_payment_weeks_later_goes_back_too(shop: Shop, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    read(shop, charge.id)
    shop.provider.pay(charge.provider_id)
    shop.clock.move(days=8)
    assert janitor() == 1
    queue.run()
    assert [payment.refunded_minor for payment in shop.payments(charge)] == [0, PRICE]


def test_paid_while_it_was_cancelled(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    assert cancel_charge(seller_id=shop.seller.id, charge_id=charge.id) == "paid"
    assert (shop.state(charge.id), len(shop.office.applied)) == ("approved", 1)


def test_cancelled_first_closes_the_code(shop: Shop) -> None:
    charge = shop.charge()
    for _ in range(2):
        assert cancel_charge(seller_id=shop.seller.id, charge_id=charge.id) == "cancelled"
    assert shop.provider.charge(charge.provider_id)["status"] == "cancelled"


@pytest.mark.parametrize("kind", ["504", "cut"])
def test_a_cancellation_without_an_answer_is_read_again(shop: Shop, kind: str) -> None:
    charge = shop.charge()
    shop.provider.knobs(timeout_after_success=1, timeout_kind=kind)
    assert cancel_charge(seller_id=shop.seller.id, charge_id=charge.id) == "cancelled"


def test_a_cancellation_that_cannot_be_decided_is_not_guessed(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.knobs(api_errors=1)
    with pytest.raises(ProviderDown):
        cancel_charge(seller_id=shop.seller.id, charge_id=charge.id)
    assert shop.state(charge.id) == "pending"


def test_a_charge_the_provider_never_heard_of_is_cancelled_without_it(shop: Shop) -> None:
    charge_id = shop.intend()
    shop.provider.knobs(api_errors=1)
    assert cancel_charge(seller_id=shop.seller.id, charge_id=charge_id) == "cancelled"
    shop.provider.knobs(api_errors=0)
    assert shop.provider.charges(charge_id) == []


def test_cancelling_after_wrong_money_lets_the_purpose_go(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, amount_minor=1)
    assert cancel_charge(seller_id=shop.seller.id, charge_id=charge.id) == "cancelled"
    assert (shop.state(charge.id), shop.office.applied) == ("mismatched", [])


def test_late_money_is_found_by_the_janitor_and_handed_over(shop: Shop, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.knobs(pay_after_cancel=True)
    cancel_charge(seller_id=shop.seller.id, charge_id=charge.id)
    shop.provider.pay(charge.provider_id)
    shop.clock.move(minutes=17)
    assert janitor() == 1
    queue.run()
    assert (shop.state(charge.id), len(shop.office.applied)) == ("approved", 1)


def test_money_the_purpose_cannot_take_is_parked_and_refunded_as_it_asked(shop: Shop, queue: QueueInTest) -> None:
    def too_late(settlement: Settlement) -> str:
        request_refund(
            seller_id=settlement.seller_id, payment_id=settlement.payment_id, amount_minor=settlement.amount_minor, reason="paid_late"
        )
        return "parked"

    shop.office.verdict = too_late
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    assert read(shop, charge.id) == "refund_pending"
    assert shop.balance("parked") == PRICE
    queue.run("payments.send_refund")
    assert shop.state(charge.id) == "refunded"
    assert (shop.balance("parked"), shop.balance("provider_cash"), shop.balance("wallet_pending")) == (0, 0, 0)
    assert [news.amount_minor for news in shop.office.refunded] == [PRICE]


def test_parked_money_without_a_refund_goes_back_after_a_day(shop: Shop, queue: QueueInTest) -> None:
    shop.office.verdict = lambda _: "parked"
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    assert read(shop, charge.id) == "approved"
    shop.clock.move(hours=25)
    sweep_parked()
    queue.run("payments.send_refund")
    assert shop.state(charge.id) == "refunded"


def test_what_the_purpose_raises_undoes_everything_and_is_tried_again(shop: Shop, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    shop.office.broken = RuntimeError("the shelf fell down")
    with pytest.raises(RuntimeError):
        read(shop, charge.id)
    assert (shop.state(charge.id), shop.payments(charge), shop.balance("provider_cash")) == ("pending", [], 0)
    shop.office.broken = None
    shop.clock.move(seconds=6)
    assert janitor() == 1
    queue.run()
    assert shop.state(charge.id) == "approved"


def test_a_purpose_nobody_knows_leaves_the_money_untouched(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    forget("parcel")
    with pytest.raises(UnknownPurpose):
        read(shop, charge.id)
    assert shop.payments(charge) == []


def test_a_verdict_that_is_no_word_is_an_error(shop: Shop) -> None:
    shop.office.verdict = lambda _: "perhaps"
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    with pytest.raises(ValueError, match="perhaps"):
        read(shop, charge.id)


def test_lost_webhooks_are_made_up_for_by_the_janitor(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(loss=1.0)
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    assert shop.provider.lost(charge.provider_id) == 1
    shop.clock.move(seconds=11)
    assert janitor() == 1
    queue.run()
    assert shop.state(charge.id) == "approved"


def test_an_outage_is_waited_out_with_growing_distance(shop: Shop, queue: QueueInTest) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    shop.provider.knobs(api_errors=1000)
    waits = []
    for _ in range(4):
        shop.clock.move(seconds=50)
        assert janitor() == 1
        queue.run()
        at = shop.next_look(Charge, charge.id)
        assert at is not None
        waits.append(round((at - shop.clock.now()).total_seconds()))
    assert waits == [5, 10, 20, 40]
    shop.provider.knobs(api_errors=0)
    shop.clock.move(seconds=50)
    janitor()
    queue.run()
    assert shop.state(charge.id) == "approved"


def test_an_expired_code_is_expired_here_too(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.clock(16 * 60)
    shop.clock.move(minutes=16)
    assert read(shop, charge.id) == "expired"
    shop.provider.pay(charge.provider_id)  # an expired code may still take money
    assert read(shop, charge.id) == "approved"


def test_money_the_payers_bank_takes_back_becomes_the_sellers_debt(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    read(shop, charge.id)
    (payment,) = shop.payments(charge)
    shop.provider.take_back(charge.provider_id, payment.provider_payment_id, 1000)
    assert read(shop, charge.id) == "partially_refunded"
    shop.provider.take_back(charge.provider_id, payment.provider_payment_id, PRICE - 1000)
    for _ in range(2):
        assert read(shop, charge.id) == "refunded"
    assert (shop.balance("seller_debt"), shop.balance("wallet_pending"), shop.balance("provider_cash")) == (PRICE, PRICE, 0)
    assert [(refund.origin, refund.amount_minor) for refund in refunds_of(shop.seller.id, payment.id)] == [
        ("provider", 1000),
        ("provider", PRICE - 1000),
    ]
    assert [news.amount_minor for news in shop.office.refunded] == [1000, PRICE - 1000]


def test_the_seller_may_accept_a_wrong_amount_instead(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, amount_minor=PRICE - 1)
    read(shop, charge.id)
    (payment,) = shop.payments(charge)
    actor = Actor("member", str(shop.seller.user_id))
    accept_parked(seller_id=shop.seller.id, payment_id=payment.id, actor=actor, reason="one centavo")
    assert shop.state(charge.id) == "approved"
    assert [settlement.amount_minor for settlement in shop.office.released] == [PRICE - 1]
    assert (shop.balance("parked"), shop.balance("wallet_pending")) == (0, PRICE - 1)
    shop.clock.move(hours=25)
    assert sweep_parked() == 0
    with pytest.raises(CannotAccept):
        accept_parked(seller_id=shop.seller.id, payment_id=payment.id, actor=actor, reason="again")


def test_what_is_on_its_way_back_cannot_be_accepted(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, amount_minor=PRICE - 1)
    read(shop, charge.id)
    (payment,) = shop.payments(charge)
    request_refund(seller_id=shop.seller.id, payment_id=payment.id, amount_minor=1, reason="part")
    with pytest.raises(CannotAccept):
        accept_parked(seller_id=shop.seller.id, payment_id=payment.id, actor=Actor.system("test"), reason="")


def test_more_than_is_left_is_never_asked_back(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id)
    read(shop, charge.id)
    (payment,) = shop.payments(charge)
    request_refund(seller_id=shop.seller.id, payment_id=payment.id, amount_minor=PRICE - 1, reason="part")
    for amount_minor in (2, 0, -1):
        with pytest.raises(TooMuchToRefund):
            request_refund(seller_id=shop.seller.id, payment_id=payment.id, amount_minor=amount_minor, reason="part")


def test_the_provider_fee_of_parked_money_is_booked(shop: Shop, queue: QueueInTest) -> None:
    shop.provider.knobs(charge_fee_basis_points=100)
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, amount_minor=5000)
    read(shop, charge.id)
    assert (shop.balance("provider_cash"), shop.balance("provider_fee"), shop.balance("parked")) == (4950, 50, 5000)


def test_a_charge_settled_meanwhile_is_not_moved_by_a_stale_row(shop: Shop) -> None:
    from astra.core.payments.actions.move import Overtaken, move

    charge = shop.charge()
    with acting_for(shop.seller.id):
        stale = Charge.objects.get(id=charge.id)
    shop.provider.pay(charge.provider_id)
    read(shop, charge.id)
    with pytest.raises(Overtaken), acting_for(shop.seller.id):
        move(stale, "expired")
    assert charge_facts(shop.seller.id, charge.id).state == "approved"
