"""Several at once, with real commits: one opens, one claims, and everybody sees the same goods."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from astra.core.foundation.invariants import violations
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.delivery.actions.claim_delivery import claim_delivery
from astra.core.journey.delivery.actions.open_deliveries import open_deliveries
from astra.core.journey.delivery.actions.reveal_goods import reveal_goods
from astra.core.journey.delivery.models import DeliveredItem, Reveal
from astra.core.journey.delivery.tests.shop import BUYER, open_shop

TIMES = 5


def at_once(deed: Callable[[int], Any]) -> list[Any]:
    """What the deed returned, done by several threads at the same moment."""
    together = threading.Barrier(TIMES)
    found: list[Any] = []

    def run(number: int) -> None:
        together.wait()
        try:
            found.append(deed(number))
        except Exception as error:
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(TIMES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.commits
def test_of_many_at_once_one_opens_one_claims_and_all_see_the_same(own_database):
    from tests.support.cast import make_seller

    seller = make_seller("lara@loja.example", "Loja")
    shop = open_shop(seller.id, secrets=["A", "B", "C"])
    order_id = shop.sell(quantity=2)

    opened = at_once(lambda _: open_deliveries(seller_id=seller.id, order_id=order_id))
    assert sorted(opened) == [False] * (TIMES - 1) + [True]

    claims = at_once(lambda _: claim_delivery(seller_id=seller.id, order_id=order_id))
    assert sum(claim is not None for claim in claims) == 1

    def see(number: int) -> list[str]:
        found = reveal_goods(seller_id=seller.id, order_id=order_id, buyer_id=BUYER, interaction_id=f"i{number}")
        return [secret.reveal() for line in found for secret in line.secrets]

    assert at_once(see) == [["A", "B"]] * TIMES
    with acting_for(seller.id):
        assert DeliveredItem.objects.count() == 2
        assert Reveal.objects.count() == TIMES
    assert violations(["S01", "S02", "S07", "L01", "L03"]) == {}
