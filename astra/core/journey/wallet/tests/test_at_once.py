"""Several at once, with real commits: no more leaves than there is, and one approval sends one payout."""

import pytest

from astra.core.foundation.invariants import violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.tests.shop import open_shop
from astra.core.journey.delivery.tests.test_at_once import TIMES, at_once
from astra.core.journey.wallet.actions.book_earning import book_earning
from astra.core.journey.wallet.actions.clear_earnings import clear_earnings
from astra.core.journey.wallet.actions.request_withdrawal import NotEnough
from astra.core.journey.wallet.models import Withdrawal
from astra.core.journey.wallet.tests.conftest import Purse, register_key, set_rules
from astra.core.payments.models import Payout

OWN = ["M01", "M02", "M03", "M04", "M05", "M06", "M07", "M14", "M15", "M16", "W01", "W02"]


@pytest.fixture
def purse(own_database):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    set_rules()
    register_key(seller.id)
    return Purse(open_shop(seller.id, secrets=["A", "B", "C"]))


@pytest.mark.commits
def test_of_many_withdrawals_at_once_only_what_there_is_leaves(purse):
    purse.earn()
    found = at_once(lambda _: purse.ask(300))
    assert sum(isinstance(each, NotEnough) for each in found) == TIMES - 3
    assert purse.parts() == (0, 50, 900)
    assert violations(OWN) == {}


@pytest.mark.commits
def test_many_who_book_and_clear_one_sale_at_once_make_one_earning(purse):
    order_id = purse.shop.sell()
    found = at_once(lambda _: book_earning(seller_id=purse.seller_id, order_id=order_id))
    assert sorted(found) == [0] * (TIMES - 1) + [1]
    assert sum(at_once(lambda _: clear_earnings(seller_id=purse.seller_id))) == 0
    assert purse.parts() == (0, 950, 0)
    assert violations(OWN) == {}


@pytest.mark.commits
def test_many_approvals_at_once_make_one_payout(purse):
    purse.earn()
    withdrawal_id = purse.ask()
    assert at_once(lambda _: purse.approve(withdrawal_id)) == [None] * TIMES
    with acting_for(purse.seller_id):
        assert Payout.objects.count() == 1
        assert Withdrawal.objects.get().state == "processing"
    assert violations(OWN) == {}
