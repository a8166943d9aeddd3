"""Buyers, banks, restocks, senders and sweeps in one shop at the same moment: nobody waits crosswise, and everything adds up."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connections

from astra.core.foundation.audit import Actor
from astra.core.foundation.failure import Failure
from astra.core.foundation.invariants import violations
from astra.core.journey.delivery.actions.claim_delivery import claim_delivery
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.actions.record_delivery import record_delivery
from astra.core.journey.delivery.actions.reveal_goods import reveal_goods
from astra.core.journey.delivery.sweeps import sweep_due, sweep_unopened
from astra.core.journey.delivery.tests.shop import Shop, open_shop
from astra.core.journey.sales.actions.cancel_order import cancel_order
from astra.core.journey.sales.queries import order_facts
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.cancel_withdrawal import cancel_withdrawal
from astra.core.journey.wallet.actions.request_withdrawal import request_withdrawal
from astra.core.journey.wallet.actions.set_policy import set_policy
from astra.core.journey.wallet.sweeps import sweep_clearing, sweep_unbooked
from tests.support.cast import make_seller

SECONDS = 8
PEOPLE = 6
ACTOR = Actor("member", "1")


class Market:
    """Three products of one seller and everything that can happen to them."""

    def __init__(self, seller_id: uuid.UUID) -> None:
        self.seller_id = seller_id
        self.shops = [open_shop(seller_id, secrets=["A", "B", "C"], no_stock=word) for word in ("wait", "refuse", "wait")]
        self.orders: list[tuple[Shop, uuid.UUID]] = []
        self.done: Counter[str] = Counter()
        self.broken: list[str] = []
        self.deeds: list[Callable[[random.Random], None]] = [
            self.place, self.place, self.pay, self.pay, self.cancel, self.stock, self.take_back, self.deliver, self.reveal, self.sweep,
            self.withdraw,
        ]  # fmt: skip

    def live(self, seed: int) -> None:
        """One thread's life."""
        chance, until = random.Random(seed), time.monotonic() + SECONDS
        while time.monotonic() < until:
            deed = chance.choice(self.deeds)
            try:
                deed(chance)
                self.done[deed.__name__] += 1
            except Failure as failure:
                self.done[failure.label] += 1
            except IndexError:
                pass  # there is no order yet
            except Exception as problem:
                self.broken.append(f"{deed.__name__}: {type(problem).__name__}: {problem}")
        connections.close_all()

    def place(self, chance: random.Random) -> None:
        shop = chance.choice(self.shops)
        self.orders.append((shop, shop.place(buyer_id=str(chance.randrange(100, 130)), quantity=chance.choice([1, 1, 2]))))

    def pay(self, chance: random.Random) -> None:
        shop, order_id = chance.choice(self.orders)
        shop.pay(order_id)
        book_earning(seller_id=self.seller_id, order_id=order_id)

    def cancel(self, chance: random.Random) -> None:
        cancel_order(seller_id=self.seller_id, order_id=chance.choice(self.orders)[1], actor=ACTOR)

    def stock(self, chance: random.Random) -> None:
        chance.choice(self.shops).stock(*[str(chance.random()) for _ in range(chance.randrange(1, 4))])

    def take_back(self, chance: random.Random) -> None:
        shop, order_id = chance.choice(self.orders)
        order = order_facts(self.seller_id, order_id)
        if order.paid_at and chance.random() < 0.5:
            shop.take_back(order_id, order.total_minor)

    def deliver(self, chance: random.Random) -> None:
        _, order_id = chance.choice(self.orders)
        open_deliveries(seller_id=self.seller_id, order_id=order_id)
        claim = claim_delivery(seller_id=self.seller_id, order_id=order_id)
        if claim is not None:
            outcome = chance.choice(["sent", "sent", "closed", "failed"])
            record_delivery(seller_id=self.seller_id, order_id=order_id, fence=claim.fence, outcome=outcome)

    def reveal(self, chance: random.Random) -> None:
        _, order_id = chance.choice(self.orders)
        buyer_id = order_facts(self.seller_id, order_id).buyer_id
        reveal_goods(seller_id=self.seller_id, order_id=order_id, buyer_id=buyer_id, interaction_id=str(chance.random()))

    def sweep(self, chance: random.Random) -> None:
        chance.choice([sweep_due, sweep_unopened, sweep_unbooked, sweep_clearing])()

    def withdraw(self, chance: random.Random) -> None:
        withdrawal_id = request_withdrawal(seller_id=self.seller_id, amount_minor=chance.randrange(100, 900), actor=ACTOR)
        if chance.random() < 0.5:
            cancel_withdrawal(seller_id=self.seller_id, withdrawal_id=withdrawal_id, actor=ACTOR)


@pytest.mark.commits
@pytest.mark.guarantee
def test_everybody_at_once(own_database: str) -> None:
    from astra.core.foundation.tenancy.acting import acting_for
    from astra.core.journey.wallet.actions.register_payout_key import register_payout_key
    from astra.core.project.wiring import register_purposes

    register_purposes()
    set_policy(hold_days=0, key_cooldown_hours=0, minimum_minor=100, fee_minor=0, actor=ACTOR)
    seller_id = make_seller("lara@loja.example", "Loja da Lara").id
    with acting_for(seller_id):
        register_payout_key(
            seller_id=seller_id, kind="cpf", key="52998224725", holder_name="Lara Souza", holder_document="52998224725", actor=ACTOR
        )
    market = Market(seller_id)
    threads = [threading.Thread(target=market.live, args=[seed]) for seed in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 60)
    assert market.broken == []
    assert violations() == {}
    # What happened is worth the name: each deed many times, sales and refusals among them.
    assert min(market.done[deed.__name__] for deed in market.deeds) > 3, market.done
