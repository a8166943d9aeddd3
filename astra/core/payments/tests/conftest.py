"""A purpose of the tests' own: a parcel that is paid for, and wages that are paid out. No order is known here."""

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from astra.core.foundation import events as news
from astra.core.foundation.invariants import load_invariants
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.ledger.actions.post import Entry, post
from astra.core.ledger.kinds import AccountKind, TransferKind
from astra.core.payments import events, purposes
from astra.core.payments.actions.intend_charge import intend_charge
from astra.core.payments.actions.intend_payout import Destination, intend_payout
from astra.core.payments.actions.send_charge import send_charge
from astra.core.payments.purposes import PayoutSettled, Refunded, Settlement
from astra.core.payments.queries import ChargeFacts, PaymentFacts, charge_facts, payments_of
from tests.support.books import BooksInTest
from tests.support.cast import SellerInTest
from tests.support.clock import MovableClock
from tests.support.provider import ProviderInTest

PRICE = 4990


@pytest.fixture
def own_books(db: None) -> Iterator[None]:
    """Checks the invariants below the journey when a test is over: a parcel is no order, of which the journey's speak."""
    yield
    BooksInTest().check(*(invariant.name for invariant in load_invariants() if "journey" not in invariant.path.parts))


@dataclass
class ParcelOffice:
    """What the purposes were told, and how they answer."""

    verdict: Callable[[Settlement], str] | None = None
    applied: list[Settlement] = field(default_factory=list)
    refunded: list[Refunded] = field(default_factory=list)
    released: list[Settlement] = field(default_factory=list)
    settled: list[PayoutSettled] = field(default_factory=list)
    broken: Exception | None = None

    def apply(self, settlement: Settlement) -> str:
        if self.broken is not None:
            raise self.broken
        answer = self.verdict(settlement) if self.verdict else "applied"
        if answer == "applied":
            self._sell(settlement, TransferKind.SALE, AccountKind.PROVIDER_CASH)
        self.applied.append(settlement)
        return answer

    def release(self, settlement: Settlement) -> str:
        self._sell(settlement, TransferKind.UNPARKED, AccountKind.PARKED)
        self.released.append(settlement)
        return "applied"

    def pay_wage(self, news: PayoutSettled) -> None:
        if self.broken is not None:
            raise self.broken
        self.settled.append(news)

    def _sell(self, settlement: Settlement, kind: TransferKind, source: AccountKind) -> None:
        post(
            seller_id=settlement.seller_id,
            kind=kind,
            key=str(settlement.payment_id),
            entries=[Entry(source, settlement.amount_minor), Entry(AccountKind.WALLET_PENDING, -settlement.amount_minor)],
            currency=settlement.currency,
        )


@pytest.fixture
def office() -> Iterator[ParcelOffice]:
    """Registers the purposes ``parcel`` (charges) and ``wage`` (payouts) for one test, and payments' own part of the wiring."""
    it = ParcelOffice()
    purposes.register("parcel", it.apply, it.refunded.append, it.release)
    purposes.register_payout("wage", it.pay_wage)
    before = dict(news._wiring)
    news.connect(
        {
            events.ChargeIntended: ["payments.send_charge"],
            events.RefundRequested: ["payments.send_refund"],
            events.PayoutIntended: ["payments.send_payout"],
        }
    )
    yield it
    purposes.forget("parcel")
    purposes.forget("wage")
    news._wiring.clear()  # the project's table comes back, without this package knowing the project
    news._wiring.update(before)


@dataclass
class Shop:
    """One seller who sells parcels through the real sandbox."""

    seller: SellerInTest
    office: ParcelOffice
    provider: ProviderInTest
    clock: MovableClock

    def intend(self, *, minutes: float = 15) -> uuid.UUID:
        return intend_charge(
            seller_id=self.seller.id,
            purpose_kind="parcel",
            purpose_id=uuid.uuid4(),
            amount_minor=PRICE,
            currency="BRL",
            description="Item",
            expires_at=self.clock.now() + datetime.timedelta(minutes=minutes),
            payer_name="Bento",
        )

    def charge(self) -> ChargeFacts:
        """A charge that has its code."""
        charge_id = self.intend()
        assert send_charge(seller_id=self.seller.id, charge_id=charge_id) == "pending"
        return self.facts(charge_id)

    def facts(self, charge_id: uuid.UUID) -> ChargeFacts:
        return charge_facts(self.seller.id, charge_id)

    def state(self, charge_id: uuid.UUID) -> str:
        return self.facts(charge_id).state

    def payments(self, charge: ChargeFacts) -> list[PaymentFacts]:
        return payments_of(self.seller.id, "parcel", charge.purpose_id)

    def wage(self, amount_minor: int = 700, *, key: str = "52998224725", purpose_id: uuid.UUID | None = None) -> uuid.UUID:
        return intend_payout(
            seller_id=self.seller.id,
            purpose_kind="wage",
            purpose_id=purpose_id or uuid.uuid4(),
            amount_minor=amount_minor,
            currency="BRL",
            destination=Destination(Secret(key), "Lara", Secret("52998224725")),
        )

    def balance(self, kind: str) -> int:
        from astra.core.ledger.queries import balances

        return balances(self.seller.id)[kind]

    def next_look(self, model: type, row_id: uuid.UUID) -> datetime.datetime | None:
        with acting_for(self.seller.id):
            found: datetime.datetime | None = model.objects.get(id=row_id).next_look_at  # type: ignore[attr-defined]
            return found


@pytest.fixture
def shop(seller: SellerInTest, office: ParcelOffice, payment_provider: ProviderInTest, clock: MovableClock, own_books: None) -> Shop:
    """The seller, the sandbox and the parcel office; the books are checked when the test is over."""
    payment_provider.deposit(1_000_000)
    return Shop(seller, office, payment_provider, clock)
