"""Long channels, answers to messages, and the keyboard's short ways."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from .town import EPHEMERAL, MESSAGE, Bot, Town
from .window import open_window

pytestmark = pytest.mark.browser


async def test_a_thousand_messages_are_read_piece_by_piece(town: Town, browser: Browser) -> None:
    for number in range(1000):
        await town.call("POST", f"as/{town.bia}/channels/{town.geral}/messages", content=f"mensagem {number}")
    window = await open_window(browser, town.channel_url())
    page, flow = window.page, window.page.locator("main [data-flow]")
    await expect(page.get_by_text("mensagem 999", exact=True)).to_be_in_viewport()
    assert await page.locator("main [data-message-id]").count() == 60
    await flow.evaluate("flow => { flow.scrollTop = 300 }")
    anchor = page.get_by_text("mensagem 946", exact=True)
    await expect(anchor).to_be_in_viewport()
    before = await anchor.evaluate("element => element.getBoundingClientRect().top")
    await flow.evaluate("flow => { flow.scrollTop -= 100 }")
    await expect(page.locator("main [data-message-id]")).to_have_count(120)
    after = await anchor.evaluate("element => element.getBoundingClientRect().top")
    assert abs(after - before - 100) < 2  # what is being read moved by what was scrolled, no more
    numbers = await page.locator("main [data-content]").all_text_contents()
    assert numbers == [f"mensagem {number}" for number in range(880, 1000)]
    for count in range(180, 1001, 60):
        await page.locator("[data-older]").dispatch_event("click")
        await expect(page.locator("main [data-message-id]")).to_have_count(min(count, 1000))
    await page.locator("[data-older]").dispatch_event("click")
    await expect(page.locator("main [data-message-id]")).to_have_count(1000)
    await expect(page.locator("[data-older]")).to_be_hidden()
    drawn = await page.evaluate(
        "async () => { const began = performance.now(); document.querySelector('main [data-flow]').scrollTop = 0;"
        "await new Promise(requestAnimationFrame); return performance.now() - began; }"
    )
    assert drawn < 1000
    assert window.trouble == []


async def test_two_hundred_channels_are_walked_with_arrows(town: Town, browser: Browser) -> None:
    for number in range(200):
        await town.call("POST", f"guilds/{town.guild}/channels", name=f"canal-{number:03}")
    window = await open_window(browser, town.channel_url())
    page = window.page
    await expect(page.locator(".c-list [data-channel-id]")).to_have_count(201)
    await page.locator(f'[data-channel-id="{town.geral}"]').focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_role("link", name="canal-000")).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.get_by_role("link", name="canal-199")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("canal-199")
    assert await window.faults_of_form() == []


async def test_an_answer_shows_what_it_answers_and_leads_there(town: Town, bot: Bot, browser: Browser) -> None:
    first = await bot.say({"content": "a pergunta"})
    for number in range(20):
        await bot.say({"content": f"mensagem {number}"})
    await bot.say({"content": "a resposta", "message_reference": {"message_id": first}})
    window = await open_window(browser, town.channel_url())
    page = window.page
    link = page.get_by_role("button", name="Resposta a Lampião Digital")
    await expect(link).to_be_visible()
    await expect(page.locator("main .m-used")).to_contain_text("a pergunta")
    await expect(page.locator(f'[data-message-id="{first}"]')).not_to_be_in_viewport()
    await link.press("Enter")
    await expect(page.locator(f'[data-message-id="{first}"]')).to_be_in_viewport()
    await expect(page.locator(f'[data-message-id="{first}"]')).to_be_focused()
    await town.call("DELETE", f"channels/{town.geral}/messages/{first}")
    await page.reload()
    await expect(page.get_by_text("Resposta a uma mensagem anterior")).to_be_visible()
    assert window.trouble == []


async def test_the_choices_of_an_option_are_offered_while_one_writes(town: Town, bot: Bot, browser: Browser) -> None:
    plan = {"type": 3, "name": "plano", "description": "Qual plano", "required": True}
    choices = [{"name": "Mensal", "value": "m"}, {"name": "Anual", "value": "a"}]
    body = {"name": "assinar", "description": "Assina", "options": [{**plan, "choices": choices}]}
    await bot.rest("POST", f"/applications/{bot.id}/commands", body)
    bot.on["assinar"] = {"type": MESSAGE, "data": {"content": "Feito", "flags": EPHEMERAL}}
    window = await open_window(browser, town.channel_url())
    page, composer = window.page, window.page.locator("[data-composer]")
    await composer.press_sequentially("/ass")
    await page.locator('[data-command="assinar"]').click()
    await expect(page.locator("[data-choice]")).to_have_count(2)
    await composer.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator('[data-choice="a"]')).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(composer).to_be_focused()
    await expect(page.locator(".commands")).to_be_hidden()
    await composer.press_sequentially("An")
    await composer.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(composer).to_have_value("/assinar plano:Anual")
    await composer.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Feito")
    assert bot.got[0]["data"]["options"][0]["value"] == "a"


async def test_a_second_window_is_somebody_else_and_escape_closes_the_pane(town: Town, browser: Browser) -> None:
    leo = (await town.call("POST", "users", username="leo.mp"))["id"]
    await town.call("POST", f"guilds/{town.guild}/members", user_id=leo)
    window = await open_window(browser, town.channel_url())
    async with window.page.context.expect_page() as opening:
        await window.page.get_by_role("link", name="Abrir outra janela como leo.mp").click()
    other = await opening.value
    await expect(other.locator("[data-as]")).to_have_value(leo)
    await expect(window.page.locator("[data-as]")).to_have_value(town.bia)
    toggle = window.page.locator('[data-pane="requests"]')
    await toggle.click()
    await window.page.get_by_role("list", name="Pedidos do bot").focus()
    await window.page.keyboard.press("Escape")
    await expect(window.page.locator(".c-requests")).to_have_count(0)
    await expect(toggle).to_be_focused()
