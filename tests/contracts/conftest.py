"""Every engine under test. To add one: a class like those in ``engines/``, and a line in ``ENGINES``."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts.engines.docker import DockerInTest
from tests.contracts.engines.engine_in_test import EngineInTest
from tests.contracts.engines.kubernetes import kubernetes_in_test
from tests.contracts.engines.local import LocalInTest
from tests.contracts.engines.none import NoneInTest
from tests.contracts.engines.pool import PoolInTest

# name → makes the engine under test from pytest's fixtures
ENGINES: dict[str, Callable[[pytest.FixtureRequest], EngineInTest]] = {
    "none": lambda request: NoneInTest(),
    "docker": lambda request: DockerInTest(
        *(request.getfixturevalue(name) for name in ("docker_host", "bot_image", "settings", "tmp_path", "monkeypatch"))
    ),
    "local": lambda request: LocalInTest(*(request.getfixturevalue(name) for name in ("settings", "tmp_path", "monkeypatch"))),
    "kubernetes": lambda request: kubernetes_in_test(*(request.getfixturevalue(name) for name in ("settings", "tmp_path", "monkeypatch"))),
    "pool": lambda request: PoolInTest(*(request.getfixturevalue(name) for name in ("settings", "tmp_path", "monkeypatch"))),
}


@pytest.fixture(params=sorted(ENGINES))
def under_test(request: Any) -> Iterator[EngineInTest]:
    """Each engine in turn, with nothing running; whatever a test leaves is ended."""
    made = ENGINES[request.param](request)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(params=sorted(name for name in ENGINES if name != "none"))
def with_processes(request: Any) -> Iterator[EngineInTest]:
    """Each engine that has processes."""
    made = ENGINES[request.param](request)
    try:
        yield made
    finally:
        made.close()
