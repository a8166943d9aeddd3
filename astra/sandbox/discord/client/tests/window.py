"""A browser window that notes what goes wrong in it."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, Page

from .town import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


class Window:
    """One window: `page`, and `trouble` (what the console or a script complained of)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.trouble: list[str] = []
        page.on("console", lambda said: self.trouble.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda problem: self.trouble.append(str(problem)))

    async def faults_of_form(self) -> list[str]:
        """What axe finds serious, and whether the page scrolls sideways."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await self.page.evaluate("axe.run()")
        problems = [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found["violations"] if rule["impact"] in SERIOUS]
        over = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return problems + ([f"{over} px too wide"] if over > 0 else [])


async def open_window(browser: Browser, url: str, *, locale: str = "pt-BR", width: int = 1440, **more: Any) -> Window:
    """A window of its own at `url`."""
    context = await browser.new_context(locale=locale, viewport={"width": width, "height": 900}, **more)
    window = Window(await context.new_page())
    await window.page.goto(url)
    return window
