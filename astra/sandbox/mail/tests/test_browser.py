"""The mailbox in Chromium: mails come by themselves, and their links lead out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from .test_mail import Post, letter, start

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
AXE = Path(__file__).resolve().parents[4] / "node_modules" / "axe-core" / "axe.min.js"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture
def mailbox() -> Iterator[Post]:
    it = start()
    yield it
    assert it.stop() == 0


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        it = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield it
        it.close()


def test_a_mail_arrives_by_itself_and_its_links_open_outside(mailbox: Post, browser: Browser) -> None:
    url = str(mailbox.web.base_url)
    page = browser.new_page(locale="pt-BR")
    page.goto(url)
    expect(page.get_by_role("heading", name="Nenhum e-mail ainda")).to_be_visible()
    mail = letter()
    mail.add_alternative(f'<script>document.title = "x"</script><a href="{url}/?to=html">abrir</a>', subtype="html")
    mailbox.send(mail)
    page.get_by_role("link", name="Confirme seu e-mail").click(timeout=6000)
    with page.expect_popup() as popup:
        page.frame_locator("iframe").get_by_role("link", name="abrir").click()
    assert popup.value.url == f"{url}/?to=html"
    assert page.frame_locator("iframe").locator("html").evaluate("html => html.ownerDocument.title") == ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_are_sound(mailbox: Post, browser: Browser, width: int, scheme: str) -> None:
    mailbox.send(letter(to="a" * 60 + "@loja.example", subject="palavra" * 30))
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    for path in ("/", "/?to=ninguem@x.example", "/messages/1", "/messages/9"):
        page.goto(f"{mailbox.web.base_url}{path}")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run()")["violations"]
        assert [rule["id"] for rule in found if rule["impact"] in ("serious", "critical")] == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
