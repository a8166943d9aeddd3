"""The queue is disposable, workers are mortal: whatever is lost between two steps, the sale completes, once.

``make test`` tries a spread of the points, ``make guarantees`` (ASTRA_EVERY_POINT=1) each of them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.guarantees.installation import ROOT, Installation
from tests.guarantees.sale import Sale, settle
from tests.journey import shopping

pytestmark = [pytest.mark.guarantee, pytest.mark.timeout(900)]
EVERY = bool(os.environ.get("ASTRA_EVERY_POINT"))
SPREAD = 6
QUIET = """SELECT true WHERE EXISTS (SELECT FROM instances_checkup WHERE examined_at IS NOT NULL) AND NOT EXISTS (
    SELECT FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND coalesce(scheduled_at, now()) <= now() + interval '20 seconds')"""


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """One installation with a seeded shop whose instance runs no process."""
    found = Installation(ROOT / "build" / f"guarantees-{os.environ.get('ASTRA_TEST_DB', 'main')}")
    try:
        found.start()
        found.start_worker()
        found.shop = found.script("astra", "seed", "--engine", "none")["world"]
        # What a new shop has done for it once (its endpoint, its examination) is no step of a sale.
        assert found.wait(QUIET, seconds=60)
        yield found
    finally:
        found.stop()


@pytest.fixture
def sale(installation: Installation) -> Sale:
    """A buyer before the card of a product that has stock."""
    installation.kill_worker()
    buyer = installation.discord.person(installation.shop["users"]["bento"])
    return Sale(installation, buyer, shopping.card_of(buyer, installation.shop["channel"], "Vale Nuvem"))


def points_of_a_sale(installation: Installation, sale: Sale) -> list[str]:
    """Sells once undisturbed and returns the names of the points that the worker met."""
    points = installation.start_worker()
    sale.order()
    sale.pay()
    assert sale.is_whole(40), installation.foreman.tail("worker")
    installation.kill_worker()
    assert sale.judge_with_worker() == []
    return _names(points)


def _names(path: Path) -> list[str]:
    return [line.split(" ", 1)[1] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_worker_may_be_killed_at_any_commit_and_any_call(installation, sale):
    met = points_of_a_sale(installation, sale)
    assert len(met) >= 12, met
    chosen = range(1, len(met) + 1) if EVERY else sorted({1 + round(at * (len(met) - 1) / (SPREAD - 1)) for at in range(SPREAD)})
    wrong: dict[str, list[str]] = {}
    died = 0
    for at in chosen:
        one = Sale(installation, sale.buyer, sale.card)
        installation.start_worker(die_at=at)
        one.order()
        one.pay_when_possible()
        died += installation.wait_until_dead(15)
        installation.kill_worker()
        installation.lose_queue()
        installation.start_worker()
        one.pay_if_unpaid()
        if not settle(installation, one):
            wrong[f"{at} {met[at - 1]}"] = [one.state()]
        elif found := one.judge():
            wrong[f"{at} {met[at - 1]}"] = found
        installation.kill_worker()
    assert not wrong
    assert died >= len(chosen) - 1, f"only {died} of {len(chosen)} workers died: the test did not do what it says"
    assert installation.violations() == {}


def test_the_queue_may_be_emptied_at_any_time(installation, sale):
    installation.start_worker(sweep_seconds=1)
    sale.order()
    for _ in range(3):
        installation.lose_queue()
    sale.pay()
    for _ in range(5):
        installation.lose_queue()
    assert settle(installation, sale), sale.state()
    assert sale.judge() == []


def test_the_database_may_crash_in_the_middle(installation, sale):
    installation.start_worker()
    sale.order()
    installation.crash_database()
    sale.pay(seconds=60)
    installation.crash_database()
    assert settle(installation, sale, seconds=60), sale.state()
    assert sale.judge() == []
    assert installation.worker.poll() is None, "the worker outlives the database"


def test_control_without_sweeps_a_lost_queue_loses_the_sale(installation, sale):
    """The negative control: with the protection off, the same fault must do harm, or the tests above prove nothing."""
    sale.order()
    assert installation.lose_queue() > 0
    installation.start_worker(sweep_seconds=3600)
    installation.lose_queue()
    assert not installation.wait(
        "SELECT true FROM payments_charge WHERE purpose_id = %s AND copy_paste <> ''", sale.cart.order_id, seconds=6
    )
    installation.kill_worker()
    installation.start_worker()
    sale.pay()
    assert settle(installation, sale), sale.state()
