"""News of a charge in every order, with repetitions, end in one state."""

from itertools import permutations

from django.db import transaction

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.payments.port import ProviderCharge
from astra.core.integrations.payments.provider import provider
from astra.core.payments.actions.apply_reading import apply_reading
from astra.core.payments.models import Charge, Refund
from astra.core.payments.tests.conftest import PRICE, Shop


def reading(provider_id: str) -> ProviderCharge:
    found = provider().charge(provider_id)
    assert found is not None
    return found


def test_every_order_ends_in_one_state(shop: Shop) -> None:
    charge = shop.charge()
    life = [reading(charge.provider_id)]
    shop.provider.pay(charge.provider_id)
    life.append(reading(charge.provider_id))
    shop.provider.pay(charge.provider_id)
    life.append(reading(charge.provider_id))
    shop.provider.take_back(charge.provider_id, life[-1].payments[0].provider_payment_id, 1000)
    life.append(reading(charge.provider_id))

    ends = set()
    for order in permutations(life):
        shop.office.applied.clear()
        save = transaction.savepoint()
        for news in (*order, *order):
            apply_reading(seller_id=shop.seller.id, charge_id=charge.id, reading=news)
        with acting_for(shop.seller.id):
            refunds = sorted(Refund.objects.values_list("origin", "state", "amount_minor"))
            state = Charge.objects.get(id=charge.id).state
        payments = tuple((payment.state, payment.reason, payment.refunded_minor) for payment in shop.payments(charge))
        kinds = ("provider_cash", "wallet_pending", "parked", "seller_debt")
        ends.add((state, payments, tuple(refunds), len(shop.office.applied), tuple(map(shop.balance, kinds))))
        transaction.savepoint_rollback(save)

    assert ends == {
        (
            "partially_refunded",
            (("applied", "", 1000), ("parked", "second_payment", 0)),
            (("ours", "requested", PRICE), ("provider", "succeeded", 1000)),
            1,
            (2 * PRICE - 1000, PRICE, PRICE, 1000),
        )
    }
