"""What the tests of the bot share."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from astra.bot.tests.stand_ins import Callbacks


@pytest.fixture
async def callbacks() -> AsyncIterator[Callbacks]:
    """An address that takes replies to interactions."""
    made = Callbacks()
    app = web.Application()
    app.router.add_post("/interactions/{id}/{token}/callback", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()
