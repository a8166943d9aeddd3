"""Charges by card: the page, the card that is kept, the one that is declined, and the one that is to be forgotten."""

import datetime
import uuid

import pytest

from astra.core.foundation import events as news
from astra.core.foundation.events import Event
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.payments import events
from astra.core.payments.actions import apply_reading
from astra.core.payments.actions.cancel_charge import cancel_charge
from astra.core.payments.actions.intend_charge import intend_charge
from astra.core.payments.actions.keep_card import forget_card, remove_card
from astra.core.payments.actions.send_charge import send_charge
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.leaving import wind_down
from astra.core.payments.models import Payment, SavedCard
from astra.core.payments.payer import document_key
from astra.core.payments.queries import card_facts, payer_keys
from astra.core.payments.sweeps import sweep_cards
from astra.core.payments.tests.conftest import Shop
from tests.support.provider import BAD_CARD, GOOD_CARD, ONCE_ONLY_CARD
from tests.support.queue import QueueInTest


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What readings emit."""
    found: list[Event] = []

    def note(event: Event) -> None:
        found.append(event)
        news.emit(event)

    monkeypatch.setattr(apply_reading, "emit", note)
    return found


def by_card(shop: Shop, *, keep_card: bool = True, saved_card_id: uuid.UUID | None = None) -> uuid.UUID:
    return intend_charge(
        seller_id=shop.seller.id,
        purpose_kind="parcel",
        purpose_id=uuid.uuid4(),
        amount_minor=4990,
        currency="BRL",
        description="Item",
        expires_at=shop.clock.now() + datetime.timedelta(hours=1),
        method="card",
        keep_card=keep_card,
        saved_card_id=saved_card_id,
    )


def kept(shop: Shop, number: str = GOOD_CARD) -> uuid.UUID:
    """A card that was kept with a payment."""
    charge_id = by_card(shop)
    send_charge(seller_id=shop.seller.id, charge_id=charge_id)
    shop.provider.card(shop.facts(charge_id).provider_id, number)
    assert take_reading(seller_id=shop.seller.id, charge_id=charge_id) == "approved"
    card_id = shop.office.applied[-1].saved_card_id
    assert card_id is not None
    return card_id


def test_the_page_is_paid_and_the_card_kept_with_its_reference_sealed(shop: Shop) -> None:
    charge_id = by_card(shop)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "pending"
    facts = shop.facts(charge_id)
    assert (facts.copy_paste, facts.method) == ("", "card")
    assert facts.pay_url
    shop.provider.card(facts.provider_id, GOOD_CARD)
    take_reading(seller_id=shop.seller.id, charge_id=charge_id)
    take_reading(seller_id=shop.seller.id, charge_id=charge_id)
    (settlement,) = shop.office.applied
    assert settlement.method == "card"
    assert settlement.saved_card_id is not None
    card = card_facts(shop.seller.id, settlement.saved_card_id)
    assert card is not None
    assert card.last4 == GOOD_CARD[-4:]
    with acting_for(shop.seller.id):
        row = SavedCard.objects.get()
        assert b"card_" not in bytes(row.provider_card_sealed)
        assert row.payer_key == settlement.payer_key == Payment.objects.get().payer_key
        assert len(row.payer_key) == 64


def test_a_card_that_was_not_to_be_kept_is_not(shop: Shop) -> None:
    charge_id = by_card(shop, keep_card=False)
    send_charge(seller_id=shop.seller.id, charge_id=charge_id)
    shop.provider.card(shop.facts(charge_id).provider_id, GOOD_CARD)
    assert take_reading(seller_id=shop.seller.id, charge_id=charge_id) == "approved"
    assert shop.office.applied[0].saved_card_id is None


def test_a_declined_card_is_told_once_and_another_may_pay(shop: Shop, told: list[Event]) -> None:
    charge_id = by_card(shop)
    send_charge(seller_id=shop.seller.id, charge_id=charge_id)
    shop.provider.card(shop.facts(charge_id).provider_id, BAD_CARD)
    for _ in range(2):
        assert take_reading(seller_id=shop.seller.id, charge_id=charge_id) == "pending"
    assert [type(one) for one in told].count(events.ChargeDeclined) == 1
    assert (shop.facts(charge_id).declines, shop.facts(charge_id).declined_code) == (1, "do_not_honor")
    shop.provider.card(shop.facts(charge_id).provider_id, GOOD_CARD)
    assert take_reading(seller_id=shop.seller.id, charge_id=charge_id) == "approved"


def test_a_kept_card_is_charged_by_itself(shop: Shop) -> None:
    card_id = kept(shop)
    charge_id = by_card(shop, saved_card_id=card_id)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "approved"
    assert shop.office.applied[-1].payer_key == shop.office.applied[0].payer_key


def test_a_lost_answer_charges_the_kept_card_once(shop: Shop) -> None:
    card_id = kept(shop)
    charge_id = by_card(shop, saved_card_id=card_id)
    shop.provider.knobs(timeout_after_success=1)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "unknown"
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "approved"
    assert len(shop.provider.charges(charge_id)) == 1
    assert len(shop.office.applied) == 2


def test_a_kept_card_that_is_declined_leaves_the_charge_open(shop: Shop, told: list[Event]) -> None:
    card_id = kept(shop, ONCE_ONLY_CARD)
    charge_id = by_card(shop, saved_card_id=card_id)
    assert send_charge(seller_id=shop.seller.id, charge_id=charge_id) == "pending"
    assert shop.facts(charge_id).declined_code == "insufficient_limit"
    assert events.ChargeDeclined in {type(one) for one in told}
    assert cancel_charge(seller_id=shop.seller.id, charge_id=charge_id) == "cancelled"


def test_a_removed_card_is_charged_no_more_and_forgotten_at_the_provider(shop: Shop, queue: QueueInTest) -> None:
    card_id = kept(shop)
    late = by_card(shop, saved_card_id=card_id)
    remove_card(seller_id=shop.seller.id, card_id=card_id)
    remove_card(seller_id=shop.seller.id, card_id=card_id)
    assert card_facts(shop.seller.id, card_id) is None
    assert send_charge(seller_id=shop.seller.id, charge_id=late) == "rejected"
    with pytest.raises(NotFound):
        by_card(shop, saved_card_id=card_id)
    shop.provider.knobs(api_errors=1)
    assert not forget_card(seller_id=shop.seller.id, card_id=card_id)
    queue.forget()
    shop.clock.move(minutes=1)
    assert sweep_cards() == 1
    queue.run("payments.forget_card")
    with acting_for(shop.seller.id):
        row = SavedCard.objects.get(id=card_id)
    assert row.forgotten_at is not None
    assert bytes(row.provider_card_sealed) == b""
    assert sweep_cards() == 0
    assert forget_card(seller_id=shop.seller.id, card_id=card_id)


def test_somebody_elses_card_does_not_exist(shop: Shop, other_seller) -> None:  # type: ignore[no-untyped-def]
    card_id = kept(shop)
    assert card_facts(other_seller.id, card_id) is None
    with pytest.raises(NotFound):
        remove_card(seller_id=other_seller.id, card_id=card_id)


def test_a_payer_is_known_by_a_mark_that_is_the_documents(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, document="529.982.247-25")
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    assert payer_keys(shop.seller.id, ["parcel"]) == {document_key("52998224725")}
    assert payer_keys(shop.seller.id, ["wage"]) == set()
    assert document_key("") == ""


def test_a_company_with_letters_in_its_number_is_a_payer_of_its_own(shop: Shop) -> None:
    charge = shop.charge()
    shop.provider.pay(charge.provider_id, document="12.ABC.345/01de-35")
    take_reading(seller_id=shop.seller.id, charge_id=charge.id)
    assert payer_keys(shop.seller.id, ["parcel"]) == {document_key("12ABC34501DE35")}
    assert document_key("12.ABC.345/01DE-35") != document_key("12.XYZ.345/01DE-35")


def test_who_leaves_leaves_no_card_at_the_provider(shop: Shop) -> None:
    card_id = kept(shop)
    shop.provider.knobs(api_errors=1)
    assert not wind_down(shop.seller.id)
    assert wind_down(shop.seller.id)
    with acting_for(shop.seller.id):
        assert SavedCard.objects.get(id=card_id).forgotten_at is not None
