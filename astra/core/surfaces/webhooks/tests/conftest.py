"""The same parcel office as in payments' own tests."""

from astra.core.payments.tests.conftest import office, own_books, shop

__all__ = ["office", "own_books", "shop"]
