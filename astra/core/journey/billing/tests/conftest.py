"""A seller before a plan, the real payment sandbox, and a hand that pays."""

import uuid
from collections.abc import Callable

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.billing.models import Plan
from astra.core.journey.billing.queries import invoice_facts
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts
from tests.support.cast import SellerInTest
from tests.support.provider import ProviderInTest
from tests.support.queue import QueueInTest


@pytest.fixture
def actor(seller: SellerInTest) -> Actor:
    """The owner."""
    return Actor("member", str(seller.user_id))


@pytest.fixture
def plan_id(db: None) -> Callable[[str], uuid.UUID]:
    """The current version of a plan by its code."""
    return lambda code: Plan.objects.get(code=code, is_current=True).id


@pytest.fixture
def pay(seller: SellerInTest, payment_provider: ProviderInTest, queue: QueueInTest) -> Callable[[uuid.UUID], str]:
    """Pays an invoice at the sandbox's bank; the state of its charge after the reading."""

    def it(invoice_id: uuid.UUID) -> str:
        queue.run("payments.send_charge")
        charge_id = invoice_facts(seller.id, invoice_id).charge_id
        assert charge_id is not None
        payment_provider.pay(charge_facts(seller.id, charge_id).provider_id)
        take_reading(seller_id=seller.id, charge_id=charge_id)
        return charge_facts(seller.id, charge_id).state

    return it
