"""One Chromium and one sandbox for all tests of the client, emptied before each: starting them took longer than most tests."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from .town import Bot, Town

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
OPTIONS.append("--host-resolver-rules=MAP discord.test 127.0.0.1")  # an address that a browser does not count as safe
expect.set_options(timeout=20_000)  # what is waited for comes in milliseconds; a busy machine may take its time


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one loop, which the browser's connection lives in."""
    for item in items:
        if item.path.parent == HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_town() -> AsyncIterator[Town]:
    """The sandbox's process."""
    it = await Town.open()
    yield it
    await it.close()


@pytest_asyncio.fixture(loop_scope="session")
async def town(shared_town: Town) -> Town:
    """A sandbox with nothing in it but a person and her server."""
    await shared_town.call("POST", "reset")
    await shared_town.settle()
    return shared_town


@pytest_asyncio.fixture(loop_scope="session")
async def bot(town: Town) -> AsyncIterator[Bot]:
    """A bot in that server, reached by HTTP."""
    it = Bot(town)
    await it.move_in()
    yield it
    await it.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; without one the test is skipped."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    return CHROMIUM


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared_browser(chromium: str) -> AsyncIterator[Browser]:
    """Chromium's process."""
    async with async_playwright() as playwright:
        it = await playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield it
        await it.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(shared_browser: Browser) -> AsyncIterator[Browser]:
    """A browser without windows and memory; what the test opens is closed after it."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()
