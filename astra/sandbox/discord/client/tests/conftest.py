from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from .town import Bot, Town

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
OPTIONS.append("--host-resolver-rules=MAP discord.test 127.0.0.1")  # an address that a browser does not count as safe


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    """A sandbox process of its own, with a person and her server."""
    it = await Town.open()
    await it.settle()
    yield it
    await it.close()


@pytest_asyncio.fixture
async def bot(town: Town) -> AsyncIterator[Bot]:
    """A bot in that server, reached by HTTP."""
    it = Bot(town)
    await it.move_in()
    yield it
    await it.close()


@pytest.fixture
def chromium() -> str:
    """Where Chromium is; without one the test is skipped."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed (apt-get install chromium)")
    return CHROMIUM


@pytest_asyncio.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        it = await playwright.chromium.launch(executable_path=chromium, args=OPTIONS)
        yield it
        await it.close()
