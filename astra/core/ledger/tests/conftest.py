"""The books are checked after each test of this folder that asks for them."""

from tests.support.books import books

__all__ = ["books"]
