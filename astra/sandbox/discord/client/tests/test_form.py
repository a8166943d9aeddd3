"""Looks: every width, both schemes, both languages; what the pages may load; words that are missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from astra.sandbox.discord.client.words import PT_BR

from .town import EPHEMERAL, MESSAGE, Bot, Town, box, button, png, row, text, v2
from .window import open_window

STATIC = Path(__file__).resolve().parents[1] / "static"
PAGES = ["/", "/channels/1/2", "/dm/3", "/developers", "/oauth2/authorize"]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
async def test_every_page_is_sound(town: Town, bot: Bot, browser: Browser, width: int, scheme: str) -> None:
    options = [{"label": "Padrão " * 6, "value": "a", "description": "R$ 39,90 " * 8}]
    rows = [row({"type": 3, "custom_id": "plan", "options": options}), row(button("buy", "Comprar", 3), button("no", "Não", 4))]
    await bot.say(v2(box(text("## " + "palavra" * 20), text("<t:1900000000:R> " + "texto " * 60), *rows)))
    await bot.say({"content": "```\n" + "0" * 300 + "\n```\nhttps://example.com/" + "a" * 200, "components": [row(button("buy", "C"))]})
    bot.on["buy"] = {"type": MESSAGE, "data": {"content": "só você", "flags": EPHEMERAL}}
    direct = await bot.tell(town.bia, {"content": "oi"})
    window = await open_window(browser, town.channel_url(), width=width, color_scheme=scheme)
    page = window.page
    await page.locator('main [data-custom-id="buy"]').last.click()
    await expect(page.locator("[data-ephemeral]")).to_be_visible()
    assert await window.faults_of_form() == []
    await page.locator('[data-pane="requests"]').click()
    await expect(page.locator(".requests li").first).to_be_visible()
    assert await window.faults_of_form() == []
    await page.get_by_role("button", name="Fechar").click()
    if width < 768:
        await page.get_by_role("button", name="Servidores e canais").click()
        await expect(page.locator("[data-as]")).to_be_visible()
        assert await window.faults_of_form() == []
        await page.locator(f'[data-channel-id="{direct}"]').click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Lampião Digital")
        await expect(page.locator("[data-as]")).to_be_hidden()
    for path in ("/developers", f"/oauth2/authorize?client_id={bot.id}&scope=bot&permissions=8", "/oauth2/authorize"):
        await page.goto(town.url + path)
        await expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert await window.faults_of_form() == [], path
    assert window.trouble == []


@pytest.mark.browser
async def test_the_reader_chooses_the_language(town: Town, bot: Bot, browser: Browser) -> None:
    english = await open_window(browser, town.channel_url(), locale="en-US")
    await expect(english.page.get_by_label("You are")).to_be_visible()
    await expect(english.page.locator("[data-strip]")).to_contain_text("no money here is real")
    assert await english.page.evaluate("document.documentElement.lang") == "en"
    portuguese = await open_window(browser, town.channel_url(), locale="pt-BR")
    await expect(portuguese.page.locator("[data-strip]")).to_contain_text("nenhum dinheiro é de verdade")
    assert await portuguese.page.evaluate("document.documentElement.lang") == "pt-BR"


@pytest.mark.browser
async def test_everything_can_be_done_by_keyboard(town: Town, bot: Bot, browser: Browser) -> None:
    await bot.rest("PUT", f"/applications/{bot.id}/commands", [{"name": "compras", "description": "Suas compras"}])
    bot.on["compras"] = {"type": MESSAGE, "data": {"content": "Nenhuma ainda", "flags": EPHEMERAL}}
    window = await open_window(browser, town.channel_url())
    page = window.page
    await expect(page.locator("[data-composer]")).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Pular para as mensagens")).to_be_focused()
    for _ in range(30):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.matches('[data-composer]')"):
            break
    await page.keyboard.type("/com")
    await expect(page.locator('[data-command="compras"]')).to_be_visible()
    await page.keyboard.press("Tab")
    await expect(page.locator('[data-command="compras"]')).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Nenhuma ainda")


@pytest.mark.browser
async def test_a_picture_from_elsewhere_is_shown_and_a_lost_one_is_named(town: Town, bot: Bot, browser: Browser) -> None:
    app = web.Application()
    body = png(64, 64)

    async def picture(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type="image/png")

    app.router.add_get("/capa.png", picture)
    server = TestServer(app)
    await server.start_server()
    items = [
        {"media": {"url": str(server.make_url("/capa.png"))}, "description": "Capa"},
        {"media": {"url": str(server.make_url("/nada.png"))}, "description": "Perdida"},
    ]
    await bot.say(v2({"type": 12, "items": items}))
    window = await open_window(browser, town.channel_url())
    image = window.page.get_by_alt_text("Capa")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    await expect(window.page.get_by_text("Esta imagem não pôde ser carregada: Perdida")).to_be_visible()
    address = {"url": str(server.make_url("/capa.png"))}
    foreign = await town.web.get("/client/media", params=address, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    text_elsewhere = await town.web.get("/client/media", params={"url": f"{town.url}/developers"})
    assert text_elsewhere.status_code == 404
    assert (await town.web.get("/client/media", params={"url": "file:///etc/passwd"})).status_code == 400
    await server.close()


async def test_pages_load_only_their_own_and_nothing_inline(town: Town) -> None:
    for path in PAGES:
        answer = await town.web.get(path)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'self'; img-src 'self' data: blob:;")
        assert "unsafe" not in policy
        assert not re.search(r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son\w+=", answer.text)
        for address in re.findall(r'(?:src|href)="([^"#]+)"', answer.text):
            assert (await town.web.get(address)).status_code == 200, address
    for module in STATIC.glob("*.js"):
        for address in re.findall(r'from "\./([\w.]+)"', module.read_text(encoding="utf-8")):
            assert (STATIC / address).is_file(), f"{module.name} wants {address}"
    assert (await town.web.get("/client/static/..%2Fwords.py")).status_code == 404
    assert (await town.web.get("/client/static/nothing.js")).status_code == 404


def test_every_text_has_its_portuguese_and_none_is_left_over() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.js")))
    pages = (STATIC.parent / "pages.py").read_text(encoding="utf-8")
    said = set(re.findall(r'\bsay\(\s*"((?:[^"\\]|\\.)+)"', scripts + pages))
    # Texts of tables, which are said later: [value, "Text"] and {3: "Text"}.
    tables = set(re.findall(r'(?:\[[^\[\]]{1,40}, |\d: )"([A-Z1-9][^"\n]*)"', scripts)) - {"Português (Brasil)", "English"}
    titles = set(re.findall(r'title="([^"{]+)"', pages))
    assert len(said) > 150
    assert (said | titles | {text for text in tables if " " in text}) - set(PT_BR) == set()
    named_by_server = {
        key
        for key in PT_BR
        if key.startswith(
            ("Unknown", "Missing", "Cannot", "Invalid", "No open", "The message has", "The component", "This is not", "There is no such")
        )
    }
    assert set(PT_BR) - said - tables - titles - named_by_server == set()
