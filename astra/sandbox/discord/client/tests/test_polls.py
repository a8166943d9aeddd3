"""Polls and emojis of one's own, as people see and use them."""

from __future__ import annotations

import base64

import pytest
from playwright.async_api import Browser, expect

from .town import Bot, Town, button, png, row
from .window import open_window

pytestmark = pytest.mark.browser


async def test_a_person_votes_by_keyboard_and_sees_the_bots_emoji(town: Town, bot: Bot, browser: Browser) -> None:
    image = "data:image/png;base64," + base64.b64encode(png(32, 32)).decode()
    coin = await bot.rest("POST", f"/applications/{bot.id}/emojis", {"name": "moeda", "image": image})
    named = f"<:moeda:{coin['id']}>"
    press = row(button("buy", "Comprar", 3, emoji={"id": coin["id"], "name": "moeda"}))
    shown = await bot.say({"content": f"Vale {named} e <:sumiu:123456789012345678>", "components": [press]})
    answers = [{"poll_media": {"text": "Sertão", "emoji": {"id": coin["id"]}}}, {"poll_media": {"text": "Litoral"}}]
    asked = await bot.say({"poll": {"question": {"text": "Qual jogo?"}, "answers": answers}})
    window = await open_window(browser, town.channel_url(), width=360)
    page = window.page
    message = page.locator(f'[data-message-id="{shown}"]')
    await expect(message.locator("p img.emoji")).to_have_count(1)
    assert await message.locator("p img.emoji").evaluate("image => image.decode().then(() => image.naturalWidth)") == 32
    await expect(message.locator("p")).to_contain_text(":sumiu:")  # one that is gone is still named
    await expect(message.locator('[data-custom-id="buy"] img.emoji')).to_be_visible()

    poll = page.locator(f'[data-poll="{asked}"]')
    first, second = poll.locator('[data-answer="1"]'), poll.locator('[data-answer="2"]')
    await first.focus()
    await page.keyboard.press("Enter")
    await expect(first).to_have_attribute("aria-pressed", "true")
    await expect(poll).to_contain_text("1 voto")
    await second.click()
    await expect(second).to_have_attribute("aria-pressed", "true")
    await expect(first).to_have_attribute("aria-pressed", "false")
    assert await window.faults_of_form() == []
    await page.screenshot(path="build/screenshots/discord-poll-360.png")
    await bot.rest("POST", f"/channels/{town.geral}/polls/{asked}/expire")
    await expect(second).to_be_disabled()
    await expect(second).to_have_attribute("aria-pressed", "true")  # news of the end do not forget one's own vote
    assert [line for line in window.trouble if "404" not in line] == []
