"""The cache in the database carries limits and the words of forms: nobody pushes them out by filling it."""

import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection

from astra.core.foundation.sweeps import sweep_cache
from astra.core.project.settings import DATABASE_CACHE


@pytest.fixture
def cache(db, settings):
    settings.CACHES = {**django_settings.CACHES, "tested": DATABASE_CACHE}
    return caches["tested"]


def rows():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM foundation_cache")
        return cursor.fetchone()[0]


def test_a_thousand_strangers_push_nothing_out(cache):
    words = [f"allauth:rl:login:{at}" for at in range(50)]
    for word in words:
        assert cache.add(word, "", 3600)
    for at in range(1000):
        cache.set(f"stranger-{at}", [1], 300)
    assert [word for word in words if cache.add(word, "", 3600)] == [], "a limit that was counted stays counted"


def test_what_is_over_is_taken_out(cache):
    cache.set("lives", 1, 60)
    for at in range(20):
        cache.set(f"over-{at}", 1, -60 if at else 60)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE foundation_cache SET expires = expires - interval '1 hour' WHERE cache_key LIKE '%over%'")
    sweep_cache()
    assert (rows(), cache.get("lives")) == (1, 1)
