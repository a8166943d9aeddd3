"""Fixtures of the guarantees: the bank as a process."""

from tests.support.provider import payment_provider, payment_sandbox

__all__ = ["payment_provider", "payment_sandbox"]
