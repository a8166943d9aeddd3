"""What every payment adapter must do. One suite; each adapter brings a bench: the adapter and a payer."""

import uuid
from dataclasses import dataclass

import pytest

from astra.core.foundation.http import NetworkInsideTransaction
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import as_system
from astra.core.integrations.payments.port import (
    ChargeRequest,
    OutcomeUnknown,
    PaymentProvider,
    PayoutRequest,
    ProviderCard,
    ProviderCharge,
    ProviderDown,
    RefundRequest,
    Refused,
)
from astra.core.integrations.payments.provider import NoSuchProvider, NotSigned, provider, provider_named, read_notice
from astra.core.integrations.payments.sandbox.adapter import SandboxProvider
from tests.support.provider import ASKING_CARD, BAD_CARD, GOOD_CARD, KEY, ONCE_ONLY_CARD, ProviderInTest


@dataclass
class Bench:
    """An adapter, and the outside world it speaks with."""

    adapter: PaymentProvider
    world: ProviderInTest

    def charge(self, **changes: object) -> ProviderCharge:
        wanted = {"reference": str(uuid.uuid4()), "amount_minor": 4990, "currency": "BRL", "description": "Item", "lives_seconds": 900}
        return self.adapter.create_charge(ChargeRequest(**{**wanted, **changes}))  # type: ignore[arg-type]

    def paid(self, amount_minor: int = 4990) -> ProviderCharge:
        made = self.charge(amount_minor=amount_minor)
        self.world.pay(made.provider_id)
        found = self.adapter.charge(made.provider_id)
        assert found is not None
        return found

    def kept_card(self, number: str = GOOD_CARD) -> ProviderCard:
        """A card that the provider keeps since it paid a charge."""
        made = self.charge(method="card", keep_card=True)
        self.world.card(made.provider_id, number)
        found = self.adapter.charge(made.provider_id)
        assert found is not None
        assert found.kept_card is not None
        return found.kept_card

    def refund_request(self, paid: ProviderCharge, amount_minor: int = 4990) -> RefundRequest:
        reference = str(uuid.uuid4())
        return RefundRequest(reference, f"{reference}:0", paid.provider_id, paid.payments[0].provider_payment_id, amount_minor)

    def payout_request(self, **changes: object) -> PayoutRequest:
        wanted = {
            "reference": str(uuid.uuid4()),
            "amount_minor": 700,
            "currency": "BRL",
            "pix_key": Secret("52998224725"),
            "holder_name": "Lara",
            "holder_document": Secret("529.982.247-25"),
        }
        return PayoutRequest(**{**wanted, **changes})  # type: ignore[arg-type]


@pytest.fixture(params=["sandbox"])
def bench(request: pytest.FixtureRequest) -> Bench:
    world: ProviderInTest = request.getfixturevalue("payment_provider")
    world.deposit(100_000)
    return Bench(provider(), world)


def test_a_new_charge_is_pending_and_has_a_code(bench: Bench) -> None:
    made = bench.charge(reference="ref-1-" + uuid.uuid4().hex)
    assert (made.status, made.amount_minor, made.currency, made.payments) == ("pending", 4990, "BRL", ())
    assert made.copy_paste.startswith("000201")
    assert made.pay_url.startswith("http")
    assert made.account
    assert made.updated_at.tzinfo is not None
    assert bench.adapter.charge(made.provider_id) == made
    assert bench.adapter.charge_by_reference(made.reference) == made


def test_the_same_request_makes_one_charge(bench: Bench) -> None:
    reference = str(uuid.uuid4())
    assert bench.charge(reference=reference) == bench.charge(reference=reference)
    assert len(bench.world.charges(reference)) == 1


def test_another_request_under_the_same_reference_is_an_unknown_outcome(bench: Bench) -> None:
    reference = str(uuid.uuid4())
    bench.charge(reference=reference)
    with pytest.raises(OutcomeUnknown):
        bench.charge(reference=reference, amount_minor=1)


def test_what_is_not_there_is_none(bench: Bench) -> None:
    adapter, nobody = bench.adapter, str(uuid.uuid4())
    assert adapter.charge(nobody) is None
    assert adapter.charge_by_reference(nobody) is None
    assert adapter.refund(nobody) is None
    assert adapter.refund_by_reference(nobody) is None
    assert adapter.payout(nobody) is None
    assert adapter.payout_by_reference(nobody) is None


def test_an_id_is_a_segment_of_the_path_and_no_more(bench: Bench) -> None:
    assert bench.adapter.charge("../account") is None


def test_a_paid_charge_shows_its_payments_and_rises_in_rank(bench: Bench) -> None:
    made = bench.charge()
    bench.world.pay(made.provider_id, times=2)
    paid = bench.adapter.charge(made.provider_id)
    assert paid is not None
    assert (paid.status, [payment.amount_minor for payment in paid.payments]) == ("paid", [4990, 4990])
    assert paid.rank > made.rank
    assert paid.updated_at > made.updated_at
    assert len({payment.provider_payment_id for payment in paid.payments}) == 2


def test_a_cancelled_charge_stays_cancelled(bench: Bench) -> None:
    made = bench.charge()
    assert bench.adapter.cancel_charge(made.provider_id).status == "cancelled"
    assert bench.adapter.cancel_charge(made.provider_id).status == "cancelled"


def test_cancelling_a_paid_charge_answers_paid(bench: Bench) -> None:
    paid = bench.paid()
    assert bench.adapter.cancel_charge(paid.provider_id) == paid


def test_a_charge_by_card_has_a_page_and_no_code(bench: Bench) -> None:
    made = bench.charge(method="card", return_url="http://shop.example/plan")
    assert (made.method, made.status, made.copy_paste, made.declines, made.kept_card) == ("card", "pending", "", 0, None)
    assert made.pay_url.startswith("http")
    assert bench.charge().method == "pix"


@pytest.mark.parametrize("number", [GOOD_CARD, ASKING_CARD])
def test_a_card_pays_once_and_is_kept_only_if_that_was_asked(bench: Bench, number: str) -> None:
    for keep_card in (True, False):
        made = bench.charge(method="card", keep_card=keep_card)
        bench.world.card(made.provider_id, number, confirmed=True if number == ASKING_CARD else None)
        paid = bench.adapter.charge(made.provider_id)
        assert paid is not None
        assert (paid.status, len(paid.payments), paid.kept_card is not None) == ("paid", 1, keep_card)
        assert paid.payments[0].payer


def test_a_card_that_was_declined_not_confirmed_or_left_alone_pays_nothing(bench: Bench) -> None:
    made = bench.charge(method="card", keep_card=True)
    bench.world.card(made.provider_id, BAD_CARD)
    declined = bench.adapter.charge(made.provider_id)
    assert declined is not None
    assert (declined.status, declined.declines, declined.declined_code) == ("pending", 1, "do_not_honor")
    bench.world.card(made.provider_id, ASKING_CARD)
    asked = bench.adapter.charge(made.provider_id)
    assert asked is not None
    assert (asked.status, asked.declines, asked.kept_card) == ("pending", 1, None)
    bench.world.card(made.provider_id, ASKING_CARD, confirmed=False)
    refused = bench.adapter.charge(made.provider_id)
    assert refused is not None
    assert (refused.status, refused.declines, refused.payments) == ("pending", 2, ())
    assert refused.updated_at > declined.updated_at
    assert bench.adapter.cancel_charge(made.provider_id).status == "cancelled"


def test_a_kept_card_is_charged_without_its_holder(bench: Bench) -> None:
    card = bench.kept_card()
    assert (card.last4, len(card.expires_on)) == (GOOD_CARD[-4:], 7)
    reference = str(uuid.uuid4())
    paid = bench.charge(method="card", card_id=card.card_id, reference=reference)
    assert (paid.status, [one.payer for one in paid.payments]) == ("paid", [card.payer])
    assert bench.charge(method="card", card_id=card.card_id, reference=reference).provider_id == paid.provider_id
    assert len(bench.world.charges(reference)) == 1


def test_a_kept_card_that_is_declined_leaves_a_charge_that_another_can_pay(bench: Bench) -> None:
    card = bench.kept_card(ONCE_ONLY_CARD)
    made = bench.charge(method="card", keep_card=True, card_id=card.card_id)
    assert (made.status, made.declines, made.declined_code) == ("pending", 1, "insufficient_limit")
    bench.world.card(made.provider_id, GOOD_CARD)
    paid = bench.adapter.charge(made.provider_id)
    assert paid is not None
    assert paid.status == "paid"
    assert paid.kept_card is not None
    assert paid.kept_card.last4 == GOOD_CARD[-4:]


def test_a_forgotten_card_is_charged_no_more(bench: Bench) -> None:
    card = bench.kept_card()
    bench.adapter.forget_card(card.card_id)
    bench.adapter.forget_card(card.card_id)
    bench.adapter.forget_card("nobody")
    reference = str(uuid.uuid4())
    with pytest.raises(Refused):
        bench.charge(method="card", card_id=card.card_id, reference=reference)
    assert bench.world.charges(reference) == []


def test_the_payer_is_known_again_and_never_shown(bench: Bench) -> None:
    by_document = bench.charge()
    bench.world.pay(by_document.provider_id, document="529.982.247-25")
    paid = bench.adapter.charge(by_document.provider_id)
    assert paid is not None
    assert paid.payments[0].payer == "document:52998224725"
    assert "52998224725" not in repr(paid)
    one, other = bench.kept_card(), bench.kept_card()
    assert one.payer == other.payer != bench.kept_card(ONCE_ONLY_CARD).payer
    assert one.card_id not in repr(one)


def test_a_refund_goes_back_once_however_often_it_is_asked(bench: Bench) -> None:
    paid = bench.paid()
    request = bench.refund_request(paid, 1000)
    first, second = bench.adapter.create_refund(request), bench.adapter.create_refund(request)
    assert first == second
    assert (first.status, first.amount_minor) == ("succeeded", 1000)
    assert bench.adapter.refund(first.provider_id) == first
    assert bench.adapter.refund_by_reference(request.reference) == first
    after = bench.adapter.charge(paid.provider_id)
    assert after is not None
    assert (after.status, after.payments[0].refunded_minor) == ("paid", 1000)


def test_more_than_was_paid_is_refused(bench: Bench) -> None:
    with pytest.raises(Refused) as refused:
        bench.adapter.create_refund(bench.refund_request(bench.paid(), 4991))
    assert refused.value.code == "amount_exceeds_payment"


def test_a_payout_is_made_once_and_found_by_reference(bench: Bench) -> None:
    request = bench.payout_request()
    made = bench.adapter.create_payout(request)
    assert bench.adapter.create_payout(request).provider_id == made.provider_id
    found = bench.adapter.payout_by_reference(request.reference)
    assert found is not None
    assert found.provider_id == made.provider_id
    assert len(bench.world.payouts(request.reference)) == 1


@pytest.mark.parametrize(
    ("key", "document"),
    [
        ("52998224725", "52998224725"),
        ("11222333000181", "11222333000181"),
        ("lara@loja.example", "52998224725"),
        ("+5511987654321", "52998224725"),
        ("0b2d5c1e-4a5f-4c8e-9f0a-6f1f2b3c4d5e", "52998224725"),
    ],
)
def test_every_kind_of_key_is_paid(bench: Bench, key: str, document: str) -> None:
    request = bench.payout_request(pix_key=Secret(key), holder_document=Secret(document))
    made = bench.adapter.create_payout(request)
    bench.world.get("/v1/account")  # time passes at the provider
    found = bench.adapter.payout(made.provider_id)
    assert found is not None
    assert found.status in ("processing", "paid")


def test_a_bad_key_is_refused_before_anything_is_sent(bench: Bench) -> None:
    request = bench.payout_request(pix_key=Secret("12345678900"))
    with pytest.raises(Refused):
        bench.adapter.create_payout(request)
    assert bench.world.payouts(request.reference) == []


def test_the_statement_tells_every_movement_after_a_line(bench: Bench) -> None:
    before = bench.adapter.statement("")[-1].line_id
    paid = bench.paid()
    request = bench.refund_request(paid, 90)
    bench.adapter.create_refund(request)
    lines = bench.adapter.statement(before)
    assert [(line.kind, line.reference, line.amount_minor) for line in lines] == [
        ("charge", paid.reference, 4990),
        ("refund", request.reference, -90),
    ]
    assert lines[0].provider_payment_id == paid.payments[0].provider_payment_id
    assert bench.adapter.statement(lines[-1].line_id) == []


@pytest.mark.parametrize("status", [429, 503])
def test_a_provider_that_does_not_work_did_nothing(bench: Bench, status: int) -> None:
    bench.world.knobs(api_errors=2, api_error_status=status)
    reference = str(uuid.uuid4())
    with pytest.raises(ProviderDown):
        bench.charge(reference=reference)
    with pytest.raises(ProviderDown):
        bench.adapter.charge_by_reference(reference)
    assert bench.world.charges(reference) == []


@pytest.mark.parametrize("kind", ["504", "cut"])
def test_a_lost_answer_is_an_unknown_outcome_not_a_failure(bench: Bench, kind: str) -> None:
    paid = bench.paid()
    bench.world.knobs(timeout_after_success=4, timeout_kind=kind)
    reference, refund, payout, other = str(uuid.uuid4()), bench.refund_request(paid), bench.payout_request(), bench.charge
    for call in (
        lambda: other(reference=reference),
        lambda: bench.adapter.create_refund(refund),
        lambda: bench.adapter.create_payout(payout),
        lambda: bench.adapter.cancel_charge(bench.world.charges(reference)[0]["id"]),
    ):
        with pytest.raises(OutcomeUnknown):
            call()
    found = bench.adapter.charge_by_reference(reference)
    assert found is not None
    assert found.status == "cancelled"
    assert bench.adapter.refund_by_reference(refund.reference) is not None
    assert bench.adapter.payout_by_reference(payout.reference) is not None


def test_silence_is_an_unknown_outcome_when_something_was_asked_for(bench: Bench) -> None:
    hasty = SandboxProvider(bench.world.url, KEY, timeout_seconds=0.5)
    bench.world.knobs(timeout_after_success=1, timeout_kind="hang")
    request = ChargeRequest(str(uuid.uuid4()), 100, "BRL", "", 60)
    with pytest.raises(OutcomeUnknown):
        hasty.create_charge(request)
    assert hasty.charge_by_reference(request.reference) is not None


def test_nobody_at_the_address_means_nothing_was_done(bench: Bench, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ASTRA_SANDBOX_PAYMENTS_URL = "http://127.0.0.1:9"
    with pytest.raises(ProviderDown):
        provider().create_charge(ChargeRequest("r", 1, "BRL", "", 60))


def test_a_wrong_key_means_nothing_was_done(bench: Bench, settings) -> None:  # type: ignore[no-untyped-def]
    settings.ASTRA_SANDBOX_PAYMENTS_KEY = "another"
    with pytest.raises(ProviderDown):
        provider().create_charge(ChargeRequest("r", 1, "BRL", "", 60))


def test_no_verb_may_be_called_inside_a_transaction(bench: Bench, db: None) -> None:
    with as_system(), pytest.raises(NetworkInsideTransaction):
        bench.adapter.charge("x")


def test_an_unknown_name_has_no_adapter() -> None:
    with pytest.raises(NoSuchProvider):
        provider_named("nobody")


def test_a_signed_notice_says_which_thing_moved(bench: Bench, settings) -> None:  # type: ignore[no-untyped-def]
    paid = bench.paid()
    webhook = bench.world.webhooks(1)[0]
    notice = read_notice("sandbox", webhook.headers, webhook.body)
    assert (notice.kind, notice.provider_id, notice.reference, notice.account) == (
        "charge",
        paid.provider_id,
        paid.reference,
        paid.account,
    )
    assert notice.event_id == webhook.headers["webhook-id"]
    with pytest.raises(NotSigned):
        read_notice("sandbox", webhook.headers, webhook.body + b" ")
    with pytest.raises(NoSuchProvider):
        read_notice("nobody", webhook.headers, webhook.body)
    settings.ASTRA_SANDBOX_PAYMENTS_WEBHOOK_SECRET = ""
    with pytest.raises(NoSuchProvider):
        read_notice("sandbox", webhook.headers, webhook.body)
