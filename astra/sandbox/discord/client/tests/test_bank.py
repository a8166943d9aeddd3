"""From a PIX code in a message to the bank's page and back; copying where the browser gives no clipboard."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from .town import EPHEMERAL, MESSAGE, ROOT, Bot, Json, Town, box, button, row, text, v2
from .window import Window, open_window

KEY = "sk_of_this_test"
CODE = (
    "00020101021226540014br.gov.bcb.pix2532bank.example/pix/ch_7K3E2A_9D-x252040000530398654"
    "0564.905802BR5915LAMPIAO DIGITAL6006RECIFE62070503***6304BC4B"
)
OTHER = CODE.replace("64.90", "19.90").replace("BC4B", "01EF")


class Bank:
    """The payment sandbox as a process."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.url = url
        self.web = httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {KEY}"}, timeout=10)

    async def charge(self) -> Json:
        """A new charge of R$ 64,90."""
        wanted = {"amount_minor": 6490, "currency": "BRL", "reference": "LD-7K3E2A", "description": "Sertão 2084"}
        made = await self.web.post("/v1/charges", json=wanted, headers={"Idempotency-Key": "once"})
        assert made.status_code == 201, made.text
        return dict(made.json())


@pytest_asyncio.fixture(loop_scope="session")
async def bank() -> AsyncIterator[Bank]:
    command = (sys.executable, "-m", "astra", "sandbox", "payments", "--port", "0", "--api-key", KEY)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, cwd=ROOT)
    assert process.stdout is not None
    it = Bank(process, (await process.stdout.readline()).decode().split()[1])
    yield it
    await it.web.aclose()
    process.terminate()
    await process.wait()


@pytest_asyncio.fixture(loop_scope="session")
async def banked(bank: Bank) -> AsyncIterator[Town]:
    """A sandbox that knows where the bank is."""
    it = await Town.open("--bank-url", bank.url + "/")
    await it.settle()
    yield it
    await it.close()


@pytest_asyncio.fixture(loop_scope="session")
async def seller(banked: Town) -> AsyncIterator[Bot]:
    it = Bot(banked)
    await it.move_in()
    yield it
    await it.close()


async def codes_of(window: Window) -> list[str]:
    """The codes that the links under the messages carry."""
    hrefs = await window.page.locator("main [data-pay]").evaluate_all("links => links.map(link => link.href)")
    return [parse_qs(urlsplit(href).query)["code"][0] for href in hrefs]


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
async def test_one_press_leads_from_the_code_to_its_page_at_the_bank(
    banked: Town, bank: Bank, seller: Bot, browser: Browser, width: int
) -> None:
    charge = await bank.charge()
    seller.on["buy"] = {"type": MESSAGE, "data": {"content": charge["br_code"], "flags": EPHEMERAL}}
    await seller.say({"content": "Loja", "components": [row(button("buy", "Comprar"))]})
    window = await open_window(browser, banked.channel_url(), width=width)
    page = window.page
    strip = page.locator(".c-env [data-bank]")
    await expect(strip).to_contain_text("Banco de areia")
    await expect(strip).to_have_attribute("href", bank.url + "/")
    await page.locator('[data-custom-id="buy"]').click()
    link = page.locator("[data-ephemeral] [data-pay]")
    await expect(link).to_contain_text("Pagar este PIX no banco de areia")
    await expect(link).to_be_in_viewport()
    await expect(link).to_have_attribute("rel", "noopener")
    await expect(strip).to_contain_text("Pagar este PIX")
    assert await strip.get_attribute("href") == await link.get_attribute("href")
    assert await window.faults_of_form() == []
    async with page.context.expect_page() as opened:
        await link.click()
    paying = await opened.value
    await expect(paying).to_have_url(f"{bank.url}/pay/{charge['id']}")
    assert await paying.evaluate("opener") is None
    await paying.get_by_role("button", name="Pagar R$ 64,90").click()
    await expect(paying.get_by_role("heading", name="Pagamento confirmado")).to_be_visible()
    await expect(paying.get_by_text("Volte à janela do Discord")).to_be_visible()
    await page.locator("[data-ephemeral]").get_by_role("button", name="Dispensar").click()
    await expect(strip).to_contain_text("Banco de areia")
    assert window.trouble == []


@pytest.mark.browser
async def test_a_code_is_found_wherever_a_message_says_it(banked: Town, seller: Bot, browser: Browser) -> None:
    section = {"type": 9, "components": [text(f"Código: `{CODE}`.")], "accessory": button("x", "X")}
    bodies: list[tuple[Json, list[str]]] = [
        ({"content": CODE}, [CODE]),
        ({"content": f"Pague:\n```\n{CODE}\n```\nou **{OTHER}**"}, [CODE, OTHER]),
        (v2(box(text("Pague"), text(f"```{CODE}```"), text(CODE))), [CODE]),
        (v2(box(section)), [CODE]),
        ({"embeds": [{"title": "PIX", "description": CODE, "fields": [{"name": "outro", "value": OTHER}]}]}, [CODE, OTHER]),
        ({"content": CODE[:-2]}, []),
        ({"content": CODE + "9x"}, []),
        ({"content": f"{CODE[:40]}\n{CODE[40:]}"}, []),
        ({"content": "000201 6304ABCD e PIX-000201"}, []),
    ]
    window = await open_window(browser, banked.channel_url())
    for body, expected in bodies:
        message_id = await seller.say(body)
        await expect(window.page.locator(f'main [data-message-id="{message_id}"]')).to_be_visible()
        assert await codes_of(window) == expected, body
        await seller.rest("DELETE", f"/channels/{banked.geral}/messages/{message_id}")
        await expect(window.page.locator(f'main [data-message-id="{message_id}"]')).to_have_count(0)
    assert window.trouble == []


@pytest.mark.browser
async def test_the_strip_of_the_other_pages_leads_to_the_bank_too(banked: Town, bank: Bank, browser: Browser) -> None:
    window = await open_window(browser, banked.url + "/developers", locale="en-US")
    await expect(window.page.get_by_role("link", name="Sandbox bank")).to_have_attribute("href", bank.url + "/")
    assert window.trouble == []


@pytest.mark.browser
async def test_without_a_bank_nothing_speaks_of_one(town: Town, bot: Bot, browser: Browser) -> None:
    assert "data-bank" not in (await town.web.get("/")).text
    message_id = await bot.say({"content": CODE})
    window = await open_window(browser, town.channel_url())
    await expect(window.page.locator(f'main [data-message-id="{message_id}"]')).to_be_visible()
    assert await window.page.locator("[data-pay], [data-bank]").count() == 0
    await expect(window.page.locator("body")).not_to_contain_text(re.compile("banco de areia", re.IGNORECASE))


@pytest.mark.parametrize("address", ["javascript:alert(1)", "bank.example", "http://", "/pix"])
async def test_an_address_of_no_bank_is_refused_at_the_start(address: str) -> None:
    command = (sys.executable, "-m", "astra.sandbox.discord.program", "--port", "0", "--bank-url", address)
    process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE, cwd=ROOT)
    _, told = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 2
    assert "http:// or https://" in told.decode()


async def test_the_banks_address_is_written_as_text(bank: Bank) -> None:
    town = await Town.open("--bank-url", bank.url + '/"><script>')
    page = (await town.web.get("/")).text
    await town.close()
    assert f'data-bank-url="{bank.url}/&quot;&gt;&lt;script&gt;"' in page


@pytest.mark.browser
async def test_a_code_block_is_copied_where_the_browser_gives_no_clipboard(browser: Browser) -> None:
    town = await Town.open("--public-url", "http://discord.test")
    await town.settle()
    written = await town.call("POST", f"as/{town.bia}/channels/{town.geral}/messages", content=f"```\n{CODE}\n```")
    window = await open_window(browser, town.channel_url().replace("127.0.0.1", "discord.test"))
    page = window.page
    assert await page.evaluate("[isSecureContext, navigator.clipboard]") == [False, None]
    await page.locator(f'[data-message-id="{written["id"]}"] [data-copy]').click()
    await expect(page.get_by_role("button", name="Copiado")).to_be_visible()
    await page.locator("[data-composer]").focus()
    await page.keyboard.press("Control+V")
    await expect(page.locator("[data-composer]")).to_have_value(CODE)
    await page.keyboard.press("Enter")
    await expect(page.locator("main article")).to_have_count(2)
    await town.call("POST", f"as/{town.bia}/channels/{town.geral}/messages", content="de outra janela")
    await expect(page.locator("main")).to_contain_text("de outra janela", timeout=20_000)
    assert window.trouble == []
    await town.close()


@pytest.mark.browser
async def test_a_code_block_that_cannot_be_copied_is_selected(town: Town, bot: Bot, browser: Browser) -> None:
    await bot.say({"content": f"```\n{CODE}\n```"})
    window = await open_window(browser, "about:blank")
    # What a browser does where the person or the frame forbids both ways.
    await window.page.add_init_script(
        "navigator.clipboard && (navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError')));"
        "document.execCommand = () => false;"
    )
    await window.page.goto(town.channel_url())
    await window.page.get_by_role("button", name="Copiar").click()
    await expect(window.page.get_by_role("button", name="Selecionado: agora copie")).to_be_visible()
    assert (await window.page.evaluate("getSelection().toString()")).strip() == CODE
