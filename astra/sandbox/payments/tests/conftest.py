from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer

from astra.sandbox.payments.bank import Bank

from .provider import API_KEY, BRIEF_RETRIES, SECRET, Provider, Receiver, serve

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one loop, so that those in a browser can share one."""
    for item in items:
        if item.path.parent == HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def provider() -> AsyncIterator[Provider]:
    """A provider without memory, whose books must be in order when the test is over."""
    bank = Bank(api_key=API_KEY, webhook_secret=SECRET, retry_seconds=BRIEF_RETRIES)
    client = await serve(bank)
    it = Provider(client, bank)
    yield it
    bank.state.knobs.api_errors = 0
    await it.check_books()
    await client.close()


@pytest_asyncio.fixture(loop_scope="session")
async def receiver(provider: Provider) -> AsyncIterator[Receiver]:
    """A receiver that the provider knows."""
    it = Receiver()
    app = web.Application()
    app.router.add_post("/hook", it.take)
    server = TestServer(app)
    await server.start_server()
    it.url = str(server.make_url("/hook"))
    await provider.call("PUT", "/_sandbox/webhook", {"url": it.url})
    yield it
    await server.close()
