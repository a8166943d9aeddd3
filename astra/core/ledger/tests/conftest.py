"""The book's own invariants, checked after each test that asks for them: what is posted here belongs to no order."""

from collections.abc import Iterator

import pytest

from astra.core.foundation.invariants import load_invariants
from tests.support.books import BooksInTest

OWN = [invariant.name for invariant in load_invariants() if "ledger" in invariant.path.parts]


@pytest.fixture
def books(db: None) -> Iterator[BooksInTest]:
    """Checks the book when the test is over."""
    yield BooksInTest()
    BooksInTest().check(*OWN)
