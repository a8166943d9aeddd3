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
