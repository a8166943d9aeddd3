"""The books, checked after a test that moves money: every invariant of every stage must find nothing."""

from collections.abc import Iterator

import pytest


class BooksInTest:
    """The invariants over the test's database."""

    def check(self, *names: str) -> None:
        """Fires the deferred refusals at once, then fails with the rows that break an invariant (of these names, or any)."""
        from django.db import connection

        from astra.core.foundation.invariants import violations

        if connection.in_atomic_block:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        broken = violations(names or None)
        assert not broken, broken


@pytest.fixture
def books(db: None) -> Iterator[BooksInTest]:
    """Checks the books when it is asked to, and once more when the test is over."""
    found = BooksInTest()
    yield found
    found.check()


# Below the journey money is posted without orders: only the invariants of what lies below are asked there.
BELOW = {
    "astra/core/ledger/": ("ledger",),
    "astra/core/payments/": ("ledger", "payments"),
    "astra/core/surfaces/webhooks/": ("ledger", "payments"),
}


@pytest.fixture(autouse=True)
def books_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that moved money the books must be in order, whether it asked for it or not.

    A test that breaks them on purpose says so: ``@pytest.mark.breaks_books``, or lies in a ``test_invariants.py``.
    """
    uses_database = {"db", "own_database"} & set(request.fixturenames)
    if "own_database" in uses_database:
        request.getfixturevalue("own_database")
    elif uses_database:
        request.getfixturevalue("db")
    yield
    if not uses_database or _breaks_books(request) or not _money_moved():
        return
    from astra.core.foundation.invariants import load_invariants

    place = request.node.nodeid
    folders = next((parts for start, parts in BELOW.items() if place.startswith(start)), None)
    # L says that something takes too long: true of a test that stops halfway, and no matter of money.
    found = [one for one in load_invariants() if not one.name.startswith("L")]
    names = [one.name for one in found if folders is None or set(folders) & set(one.path.parts)]
    BooksInTest().check(*names)


def _breaks_books(request: pytest.FixtureRequest) -> bool:
    return request.node.get_closest_marker("breaks_books") is not None or request.node.path.name == "test_invariants.py"


def _money_moved() -> bool:
    from django.db import connection

    from astra.core.foundation.tenancy.acting import as_system

    if connection.needs_rollback:
        return False
    with as_system(), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM ledger_transfer)")
        return bool(cursor.fetchone()[0])
