"""A shop whose sales are real, a bank that is the sandbox, and the books."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from astra.core.foundation.audit import Actor
from astra.core.foundation.events import connect
from astra.core.journey.delivery.actions.reveal_goods import reveal_goods
from astra.core.journey.delivery.tests.shop import BUYER, Shop, open_shop
from astra.core.journey.wallet.actions.approve_withdrawal import approve_withdrawal
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.register_payout_key import register_payout_key
from astra.core.journey.wallet.actions.request_withdrawal import request_withdrawal
from astra.core.journey.wallet.actions.set_policy import set_policy
from astra.core.journey.wallet.actions.settle_withdrawal import settle_withdrawal
from astra.core.journey.wallet.queries import WalletFacts, WithdrawalFacts, wallet, withdrawal_facts
from astra.core.payments import events, purposes
from astra.core.payments.sweeps import sweep_payouts
from astra.core.project import wiring
from astra.core.project.translations import compile_catalogues
from tests.support.books import books
from tests.support.clock import MovableClock
from tests.support.provider import ProviderInTest
from tests.support.queue import QueueInTest

__all__ = ["books"]

compile_catalogues()  # the statement speaks Portuguese

LARA_CPF = "52998224725"
OWNER = Actor("member", "lara")
OPERATOR = Actor("operator", "olga")


def set_rules(*, hold_days: int = 0, key_cooldown_hours: int = 0, minimum_minor: int = 100, fee_minor: int = 0) -> None:
    """The operator's policy."""
    set_policy(
        hold_days=hold_days,
        key_cooldown_hours=key_cooldown_hours,
        minimum_minor=minimum_minor,
        fee_minor=fee_minor,
        actor=OPERATOR,
    )


def register_key(seller_id: uuid.UUID, *, kind: str = "cpf", key: str = LARA_CPF, document: str = LARA_CPF) -> uuid.UUID:
    """Lara's PIX key."""
    return register_payout_key(seller_id=seller_id, kind=kind, key=key, holder_name="Lara Martins", holder_document=document, actor=OWNER)


@dataclass
class Purse:
    """One seller's wallet and what is done with it."""

    shop: Shop

    @property
    def seller_id(self) -> uuid.UUID:
        return self.shop.seller_id

    def earn(self) -> uuid.UUID:
        """A sale of R$ 10,00, of which R$ 9,50 are the seller's."""
        order_id = self.shop.sell()
        book_earning(seller_id=self.seller_id, order_id=order_id)
        reveal_goods(seller_id=self.seller_id, order_id=order_id, buyer_id=BUYER, interaction_id="seen")
        return order_id

    def facts(self) -> WalletFacts:
        return wallet(self.seller_id)

    def parts(self) -> tuple[int, int, int]:
        """Pending, available, in withdrawal."""
        facts = self.facts()
        return facts.pending_minor, facts.available_minor, facts.in_withdrawal_minor

    def ask(self, amount_minor: int = 950) -> uuid.UUID:
        return request_withdrawal(seller_id=self.seller_id, amount_minor=amount_minor, actor=OWNER)

    def approve(self, withdrawal_id: uuid.UUID) -> None:
        approve_withdrawal(seller_id=self.seller_id, withdrawal_id=withdrawal_id, actor=OPERATOR, reason="conferido")

    def settle(self, withdrawal_id: uuid.UUID, queue: QueueInTest, clock: MovableClock, *, until: str) -> None:
        """Payments sends and looks until the withdrawal is in a state."""
        queue.run("payments.send_payout")
        for _ in range(10):
            if self.withdrawal(withdrawal_id).state == until:
                return
            clock.move(minutes=2)
            sweep_payouts()
            queue.run("payments.read_payout", "payments.send_payout")
        assert self.withdrawal(withdrawal_id).state == until

    def withdrawal(self, withdrawal_id: uuid.UUID) -> WithdrawalFacts:
        return withdrawal_facts(self.seller_id, withdrawal_id)


@pytest.fixture
def bank(payment_provider: ProviderInTest) -> ProviderInTest:
    """The sandbox, with money in the operator's account."""
    payment_provider.deposit(1_000_000)
    return payment_provider


@pytest.fixture
def purse(seller, books, queue) -> Iterator[Purse]:  # type: ignore[no-untyped-def]
    """The seller's wallet under the demo's rules (no hold, no cool-down), with a key; payouts are wired, nothing else is."""
    purposes.register_payout("withdrawal", settle_withdrawal)
    connect({events.PayoutIntended: ["payments.send_payout"]})
    set_rules()
    register_key(seller.id)
    yield Purse(open_shop(seller.id, secrets=[f"KEY-{number}" for number in range(10)]))
    connect(wiring.events())
