"""Two at once: one ticket, one request, one application, one step. Real commits, real threads."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.accounts.actions.set_allowance import set_allowance
from astra.core.journey.instances.actions.check_session import SessionFailure, check_session
from astra.core.journey.instances.actions.create_instance import ApplicationConnected, ApplicationTaken, TooManyInstances, create_instance
from astra.core.journey.instances.queries import instances
from astra.core.journey.instances.tests.cast import make_instance, make_ticket, open_bot
from astra.core.journey.instances.tests.stage import MEMBER
from tests.support.cast import make_seller

pytestmark = [pytest.mark.commits]
AT_ONCE = 6


def together(work: Callable[[int], object]) -> list[object]:
    """What each of several threads got, exceptions included, all started at the same moment."""
    gate = threading.Barrier(AT_ONCE)

    def one(number: int) -> object:
        try:
            gate.wait(10)
            return work(number)
        except Failure as failure:
            return failure
        finally:
            connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


@pytest.fixture
def seller(own_database):
    return make_seller(f"{uuid.uuid4().hex}@x.example", "Loja")


def failures(results: list[object]) -> list[object]:
    return [result for result in results if isinstance(result, Failure)]


@pytest.mark.parametrize("attempt", range(3))
def test_one_ticket_opens_one_session(seller, attempt):
    instance_id = make_instance(seller.id)
    ticket = make_ticket(seller.id, instance_id)
    results = together(lambda _: open_bot(seller.id, instance_id, ticket))
    refused = failures(results)
    assert len(refused) == AT_ONCE - 1
    assert {failure.code for failure in refused if isinstance(failure, SessionFailure)} == {"ticket"}


@pytest.mark.parametrize("attempt", range(3))
def test_one_signature_is_taken_once(seller, attempt):
    bot = open_bot(seller.id, make_instance(seller.id))
    headers = bot.headers("POST", "/runtime/heartbeats", b"")
    results = together(lambda _: check_session(headers, "POST", "/runtime/heartbeats", b""))
    refused = failures(results)
    assert len(refused) == AT_ONCE - 1
    assert {failure.code for failure in refused if isinstance(failure, SessionFailure)} == {"replayed"}


def test_one_application_goes_to_one_seller(seller, discord_sandbox):
    bot = discord_sandbox.bot("loja")
    sellers = [seller, *(make_seller(f"{uuid.uuid4().hex}@x.example", "Loja") for _ in range(AT_ONCE - 1))]
    results = together(
        lambda number: create_instance(seller_id=sellers[number % 3].id, name="x", token=Secret(bot.token), engine="none", actor=MEMBER)
    )
    refused = failures(results)
    assert len(refused) == AT_ONCE - 1
    assert {type(failure) for failure in refused} <= {ApplicationTaken, ApplicationConnected}
    assert sum(len(instances(one.id)) for one in sellers) == 1


def test_the_last_place_of_a_plan_is_given_once(seller, discord_sandbox):
    set_allowance(
        seller_id=seller.id, plan_name="x", sells_until=None, max_instances=1, max_products=1, fee_basis_points=0, engines=["none"]
    )
    bots = [discord_sandbox.bot(f"loja{number}") for number in range(AT_ONCE)]
    results = together(
        lambda number: create_instance(seller_id=seller.id, name="x", token=Secret(bots[number].token), engine="none", actor=MEMBER)
    )
    assert len(failures(results)) == AT_ONCE - 1
    assert {type(failure) for failure in failures(results)} == {TooManyInstances}
    assert len(instances(seller.id)) == 1
