import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from astra.sandbox.discord.spec.locate import find_checker
from astra.sandbox.discord.world import World

from .town import Shop, Town, serve


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    """A Discord without memory, with a guild in it."""
    world = World(quick=True)  # tests of limits take the real ones
    it = Town(await serve(world), world)
    await it.settle()
    yield it
    await it.client.close()
    # An answer that does not fit Discord's description is a mistake of the sandbox, whatever the test looked at.
    assert not world.violations, list(world.violations)


@pytest_asyncio.fixture
async def shop(town: Town) -> AsyncIterator[Shop]:
    """An interactions endpoint that the bot's application uses."""
    it = Shop(town.verify_key)
    app = web.Application()
    app.router.add_post("/interactions", it.take)
    server = TestServer(app)
    await server.start_server()
    it.url = str(server.make_url("/interactions"))
    await town.ok("PATCH", "/applications/@me", {"interactions_endpoint_url": it.url})
    yield it
    await server.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Records for the coverage page which operations were answered with success; only the page's own run asks for it."""
    target, checker = os.environ.get("ASTRA_DISCORD_ANSWERED"), find_checker()
    if target and checker is not None:
        Path(target).write_text("\n".join(sorted(checker.answered)) + "\n", encoding="utf-8")
