"""Each test begins in the product's first language, whatever the one before it spoke."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def first_language() -> Iterator[None]:
    """A request of an English visitor leaves its language in the thread: it ends with the test."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()
