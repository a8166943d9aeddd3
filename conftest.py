"""Fixtures of every ring: the cast, the clock, the queue, a database of one's own where commits must be real."""

import pytest

from tests.support.books import books_hold
from tests.support.cast import buyer, operator, other_seller, seller
from tests.support.clock import clock
from tests.support.database_setup import django_db_modify_db_settings, django_db_setup, own_database
from tests.support.discord_sandbox import discord_door, discord_sandbox, discord_sandbox_process
from tests.support.docker_daemon import bot_image, docker_host
from tests.support.language import first_language
from tests.support.provider import payment_provider, payment_sandbox
from tests.support.queue import queue
from tests.support.things import neighbours

__all__ = [
    "books_hold",
    "bot_image",
    "buyer",
    "clock",
    "discord_door",
    "discord_sandbox",
    "discord_sandbox_process",
    "django_db_modify_db_settings",
    "django_db_setup",
    "docker_host",
    "first_language",
    "neighbours",
    "operator",
    "other_seller",
    "own_database",
    "payment_provider",
    "payment_sandbox",
    "queue",
    "seller",
]

# What takes longest begins first, or one core waits for the other at the end; inside a ring the files keep their order.
LONG_FIRST = ("tests/journey/", "tests/browser/", "tests/guarantees/", "tests/contracts/")


def pytest_collection_modifyitems(items: "list[pytest.Item]") -> None:
    """Orders the rings by how long their files take."""
    items.sort(key=lambda item: next((place for place, ring in enumerate(LONG_FIRST) if item.nodeid.startswith(ring)), len(LONG_FIRST)))
