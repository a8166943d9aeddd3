"""The pages in Chromium: paying, copying, and news that arrive by themselves."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from astra.sandbox.payments.cards import CARDS

from .provider import Provider, Receiver

AXE = Path(__file__).resolve().parents[4] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (apt-get install chromium)"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shared_browser() -> AsyncIterator[Browser]:
    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    async with async_playwright() as playwright:
        it = await playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield it
        await it.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser(shared_browser: Browser) -> AsyncIterator[Browser]:
    """A browser without windows and memory; what the test opens is closed after it."""
    yield shared_browser
    for context in shared_browser.contexts:
        await context.close()


async def test_a_buyer_pays_and_sees_the_shop_told_without_a_reload(provider: Provider, receiver: Receiver, browser: Browser) -> None:
    receiver.plan = [500, 500]
    charge = await provider.charge(expires_in_seconds=120)
    page = await browser.new_page(locale="pt-BR")
    trouble: list[str] = []
    page.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda problem: trouble.append(str(problem)))
    await page.goto(charge["pay_url"])
    await expect(page.get_by_label("Código copia e cola")).to_have_value(charge["br_code"])
    await expect(page.locator("[data-left]")).to_have_text("1:58", timeout=4000)
    await page.get_by_role("button", name="Copiar").click()
    await expect(page.get_by_role("button", name="Copiado")).to_be_visible()
    await page.get_by_role("button", name="Pagar R$ 49,90").click()
    await expect(page.get_by_role("heading", name="Pagamento confirmado")).to_be_visible()
    await expect(page.get_by_text("A loja foi avisada às")).to_be_visible(timeout=6000)
    assert trouble == []


async def test_a_page_that_is_open_learns_of_a_payment_made_elsewhere(provider: Provider, browser: Browser) -> None:
    charge = await provider.charge()
    page = await browser.new_page(locale="en-US")
    await page.goto(charge["pay_url"])
    await page.locator("#situations summary").click()
    await provider.pay(charge["id"])
    await expect(page.get_by_role("heading", name="Payment confirmed")).to_be_visible(timeout=6000)
    await expect(page.locator("#situations")).to_have_attribute("open", "")
    await expect(page.locator("#news")).to_have_text("Payment confirmed")


async def test_what_is_being_typed_is_not_taken_away(provider: Provider, browser: Browser) -> None:
    charge = await provider.charge()
    page = await browser.new_page(locale="pt-BR")
    await page.goto(charge["pay_url"])
    await page.locator("#situations summary").click()
    await page.get_by_label("Valor em reais").fill("10,00")
    await provider.pay(charge["id"])
    await page.wait_for_timeout(2500)
    await expect(page.get_by_label("Valor em reais")).to_have_value("10,00")


async def test_a_pasted_code_outlives_a_refresh_and_opens_the_charge(provider: Provider, receiver: Receiver, browser: Browser) -> None:
    charge = await provider.charge()
    page = await browser.new_page(locale="pt-BR")
    await page.goto(provider.bank.base_url + "/")
    await page.get_by_label("Cole o código PIX").fill(charge["br_code"])
    await page.get_by_role("heading", name="Visão geral").click()  # the field has no focus now: news may come
    await provider.charge(reference="another")
    await expect(page.get_by_text("another")).to_be_visible(timeout=6000)
    await expect(page.get_by_label("Cole o código PIX")).to_have_value(charge["br_code"])
    await page.get_by_role("button", name="Abrir a cobrança").click()
    await expect(page).to_have_url(f"{provider.bank.base_url}/pay/{charge['id']}")
    await page.get_by_role("button", name="Pagar R$ 49,90").click()
    await expect(page.get_by_text("Agora volte à janela do Discord")).to_be_visible()


async def test_a_browser_that_refuses_the_clipboard_leaves_the_code_selected(provider: Provider, browser: Browser) -> None:
    charge = await provider.charge()
    page = await browser.new_page(locale="pt-BR")
    # What a browser does where the person or the frame forbids both ways.
    await page.add_init_script(
        "navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError'));document.execCommand = () => false;"
    )
    await page.goto(charge["pay_url"])
    await page.get_by_role("button", name="Copiar").click()
    await expect(page.get_by_role("button", name="Selecionado: agora copie")).to_be_visible()
    assert await page.evaluate("getSelection().toString()") == charge["br_code"]


async def test_it_works_without_javascript(provider: Provider, browser: Browser) -> None:
    charge = await provider.charge()
    page = await (await browser.new_context(java_script_enabled=False, locale="pt-BR")).new_page()
    await page.goto(charge["pay_url"])
    await expect(page.get_by_role("button", name="Copiar")).to_be_hidden()
    await page.get_by_role("button", name="Pagar R$ 49,90").click()
    await expect(page.get_by_role("heading", name="Pagamento confirmado")).to_be_visible()


async def by_card(provider: Provider) -> list[str]:
    """The pages of a charge by card that waits for the holder's bank, of a payment that is contested, and of odd lines."""
    charge, contested = await provider.charge(kind="card", reference="c" * 64), await provider.charge()
    for card in (CARDS[2], CARDS[1]):
        await provider.call("POST", f"/_sandbox/charges/{charge['id']}/card", {"number": card.number})
    await provider.pay(contested["id"])
    await provider.call("POST", f"/_sandbox/charges/{contested['id']}/disputes", {})
    for kind in ("altered", "extra"):
        await provider.call("POST", "/_sandbox/statement/differences", {"kind": kind})
    return [f"/pay/{charge['id']}", f"/pay/{charge['id']}/challenge", f"/charges/{contested['id']}", "/statement"]


async def test_a_card_is_paid_by_keyboard_through_the_holders_bank(provider: Provider, browser: Browser) -> None:
    charge = await provider.charge(kind="card")
    page = await browser.new_page(locale="pt-BR")
    await page.goto(charge["pay_url"])
    await page.get_by_role("radio").first.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("radio", name="3-D Secure")).to_be_checked()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Esta compra é sua?")).to_be_visible()
    await page.get_by_role("button", name="Sim, é minha").press("Enter")
    await expect(page.get_by_role("heading", name="Pagamento confirmado")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_every_page(provider: Provider, browser: Browser, scheme: Literal["light", "dark"]) -> None:
    await provider.knobs(payout_delay_seconds=3600)
    paid, opened = await provider.charge(), await provider.charge()
    await provider.pay(paid["id"])
    await provider.payout(100)
    page = await browser.new_page(viewport={"width": 360, "height": 800}, color_scheme=scheme)
    paths = ["/", "/pix?code=000201", "/charges", f"/charges/{paid['id']}", "/payouts", "/statement", "/webhooks", "/settings"]
    for path in [*paths, f"/pay/{paid['id']}", f"/pay/{opened['id']}", *await by_card(provider)]:
        await page.goto(provider.bank.base_url + path)
        await page.evaluate(AXE.read_text(encoding="utf-8"))
        found = await page.evaluate("axe.run()")
        assert [f"{rule['id']}: {rule['nodes'][0]['html']}" for rule in found["violations"]] == [], path
    provider.bank.account.be_honest()


@pytest.mark.parametrize("width", [360, 768, 1440])
async def test_nothing_scrolls_sideways(provider: Provider, browser: Browser, width: int) -> None:
    await provider.knobs(payout_delay_seconds=3600)
    charge = await provider.charge(reference="r" * 64, description="palavra" * 20)
    await provider.pay(charge["id"], times=2)
    await provider.payout(100, reference="p" * 64)
    opened = await provider.charge(reference="open", description="palavra" * 20)
    page = await browser.new_page(viewport={"width": width, "height": 800})
    paths = ["/", f"/pix?code={'0' * 200}", "/charges", f"/charges/{charge['id']}", "/payouts", "/statement", "/webhooks", "/settings"]
    for path in [*paths, f"/pay/{charge['id']}", f"/pay/{opened['id']}", *await by_card(provider)]:
        await page.goto(provider.bank.base_url + path)
        over = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
    provider.bank.account.be_honest()
