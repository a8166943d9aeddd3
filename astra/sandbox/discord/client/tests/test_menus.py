"""Commands in the menus of messages and people, and options that the application completes."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, FilePayload, expect

from .town import EPHEMERAL, MESSAGE, MODAL, Bot, Json, Town, button, row
from .window import open_window

pytestmark = pytest.mark.browser


async def test_a_command_of_the_menu_is_used_on_a_message_and_on_its_author(town: Town, bot: Bot, browser: Browser) -> None:
    for name, kind in (("Denunciar", 3), ("Ver compras", 2)):
        await bot.rest("POST", f"/applications/{bot.id}/commands", {"name": name, "type": kind})
        bot.on[name] = {"type": MESSAGE, "data": {"content": f"{name}: feito", "flags": EPHEMERAL}}
    said = (await town.call("POST", f"as/{town.bia}/channels/{town.geral}/messages", content="olá"))["id"]
    window = await open_window(browser, town.channel_url())
    page = window.page
    menu = page.locator(f'main [data-message-id="{said}"]').get_by_role("button", name="Comandos de aplicativos")
    await menu.press("Enter")
    await expect(page.locator("[data-menu-command]")).to_have_count(2)
    assert await window.faults_of_form() == []
    await page.keyboard.press("Escape")
    await expect(menu).to_be_focused()
    for name, target in (("Denunciar", said), ("Ver compras", town.bia)):
        await menu.press("Enter")
        await page.locator(f'[data-menu-command="{name}"]').press("Enter")
        await expect(page.get_by_text(f"{name}: feito")).to_be_visible()
        assert bot.got[-1]["data"]["target_id"] == target
    assert window.trouble == []


async def test_the_application_completes_an_option(town: Town, bot: Bot, browser: Browser) -> None:
    option = {"type": 3, "name": "produto", "description": "Qual", "required": True, "autocomplete": True}
    await bot.rest("POST", f"/applications/{bot.id}/commands", {"name": "comprar", "description": "Compra", "options": [option]})

    def answer(asked: Json) -> Json:
        if asked["type"] == 4:
            partial = asked["data"]["options"][0]["value"]
            known = [{"name": "Lampião", "value": "p-1"}, {"name": "Vela", "value": "p-2"}]
            return {"type": 8, "data": {"choices": [one for one in known if one["name"].startswith(partial)]}}
        return {"type": MESSAGE, "data": {"content": "Feito", "flags": EPHEMERAL}}

    bot.on["comprar"] = answer
    window = await open_window(browser, town.channel_url())
    page, composer = window.page, window.page.locator("[data-composer]")
    await composer.press_sequentially("/comprar")
    await page.locator('[data-command="comprar"]').click()
    await expect(composer).to_have_value("/comprar produto:")
    await expect(page.locator("[data-choice]")).to_have_count(2)
    await composer.press_sequentially("Ve")
    await expect(page.locator("[data-choice]")).to_have_count(1)
    await composer.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(composer).to_have_value("/comprar produto:Vela")
    await composer.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Feito")
    assert bot.got[-1]["data"]["options"][0]["value"] == "p-2"
    assert window.trouble == []


async def test_a_file_is_sent_in_a_form(town: Town, bot: Bot, browser: Browser) -> None:
    upload = {"type": 19, "custom_id": "proof", "min_values": 1, "max_values": 2}
    fields = [{"type": 18, "label": "Comprovante", "component": upload}]
    bot.on["open"] = {"type": MODAL, "data": {"custom_id": "form", "title": "Envio", "components": fields}}
    bot.on["form"] = {"type": MESSAGE, "data": {"content": "Recebido", "flags": EPHEMERAL}}
    await bot.say({"content": "Loja", "components": [row(button("open", "Enviar comprovante"))]})
    window = await open_window(browser, town.channel_url())
    page = window.page
    await page.locator('[data-custom-id="open"]').click()
    dialog = page.get_by_role("dialog", name="Envio")
    file = FilePayload(name="recibo.txt", mimeType="text/plain", buffer="é".encode())
    await dialog.get_by_label("Comprovante").set_input_files(file)
    assert await window.faults_of_form() == []
    await dialog.get_by_role("button", name="Enviar").click()
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Recebido")
    [sent] = bot.got[-1]["data"]["resolved"]["attachments"].values()
    assert (sent["filename"], sent["size"]) == ("recibo.txt", 2)
    assert (await town.web.get(sent["url"])).content == "é".encode()
    assert window.trouble == []
