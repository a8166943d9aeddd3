"""Any sequence of postings leaves balanced books, and balances equal to a plain model of them."""

import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from astra.core.foundation.invariants import violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.ledger.actions.post import Entry, KeyReused, Overdrawn, post
from astra.core.ledger.kinds import RULES, AccountKind, TransferKind
from astra.core.ledger.queries import balances
from astra.core.ledger.tests.conftest import OWN

# Held money is moved by holds alone (M16): it is left out here.
KINDS = st.sampled_from([kind for kind in AccountKind if kind is not AccountKind.WALLET_HELD])
AMOUNTS = st.integers(min_value=1, max_value=500)


def machine(seller_ids):
    class Books(RuleBasedStateMachine):
        """Two sellers, any account to any account, keys that repeat."""

        @initialize()
        def start(self):
            self.model = {seller_id: balances(seller_id) for seller_id in seller_ids}
            self.posted: dict = {}
            self.run = uuid.uuid4()

        @rule(
            at=st.integers(0, 1),
            debit=KINDS,
            credit=KINDS,
            amount=AMOUNTS,
            kind=st.sampled_from(list(TransferKind)),
            number=st.integers(0, 40),
        )
        def move(self, at, debit, credit, amount, kind, number):
            if debit == credit:
                return
            seller_id = seller_ids[at]
            entries = {debit.value: amount, credit.value: -amount}
            earlier = self.posted.get((seller_id, kind, number))
            after = dict(self.model[seller_id])
            for account, signed in entries.items():
                after[account] += signed if RULES[AccountKind(account)].normal_side == "D" else -signed
            low = any((low := RULES[AccountKind(account)].min_balance) is not None and after[account] < low for account in entries)
            try:
                with acting_for(seller_id):
                    post(
                        seller_id=seller_id,
                        kind=kind,
                        key=f"{self.run}-{number}",
                        currency="BRL",
                        entries=[Entry(debit, amount), Entry(credit, -amount)],
                    )
            except KeyReused:
                assert earlier is not None
                assert earlier != entries
            except Overdrawn:
                assert earlier is None
                assert low
            else:
                assert earlier == entries or (earlier is None and not low)
                if earlier is None:
                    self.posted[seller_id, kind, number] = entries
                    self.model[seller_id] = after

        @invariant()
        def balances_are_the_models(self):
            for seller_id, expected in getattr(self, "model", {}).items():
                assert balances(seller_id) == expected

        def teardown(self):
            assert violations(OWN) == {}

    return Books


@pytest.mark.django_db
def test_the_books_hold_whatever_is_posted(seller, other_seller, books):
    case = machine([seller.id, other_seller.id]).TestCase
    case.settings = settings(
        max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
    )
    case().runTest()
