"""What others do around messages: threads, reactions, pins, writing."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.async_api import Browser, expect

from .town import Bot, Town
from .window import open_window

pytestmark = pytest.mark.browser


async def test_a_thread_is_opened_read_and_left(town: Town, bot: Bot, browser: Browser) -> None:
    first = await bot.say({"content": "pergunta"})
    window = await open_window(browser, town.channel_url())
    page = window.page
    await expect(page.get_by_text("pergunta")).to_be_visible()
    thread = (await bot.rest("POST", f"/channels/{town.geral}/messages/{first}/threads", {"name": "atendimento"}))["id"]
    await bot.rest("POST", f"/channels/{thread}/messages", {"content": "dentro do tópico"})
    listed = page.locator(f'.c-list [data-channel-id="{thread}"]')
    await expect(listed).to_contain_text("atendimento")
    assert await listed.evaluate("a => a.previousElementSibling.dataset.channelId") == town.geral
    await listed.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("atendimento")
    await expect(page.locator("main")).to_contain_text("dentro do tópico")
    assert await window.faults_of_form() == []
    await page.locator("[data-composer]").fill("respondo aqui")
    await page.keyboard.press("Enter")
    await expect(page.locator("main [data-content]").last).to_have_text("respondo aqui")
    await page.get_by_role("link", name="Voltar para #geral").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("geral")
    await page.reload()
    await page.get_by_role("button", name="Tópico: atendimento").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("atendimento")
    await page.get_by_role("link", name="Voltar para #geral").click()
    await bot.rest("PATCH", f"/channels/{thread}", {"archived": True})
    await expect(listed).to_have_count(0)
    assert window.trouble == []


async def test_reactions_come_and_go_while_one_looks(town: Town, bot: Bot, browser: Browser) -> None:
    first = await bot.say({"content": "gostou?"})
    window = await open_window(browser, town.channel_url())
    page = window.page
    await expect(page.get_by_text("gostou?")).to_be_visible()
    mine = f"/channels/{town.geral}/messages/{first}/reactions/{quote('🔥')}/@me"
    await bot.rest("PUT", mine)
    chip = page.locator('[data-reaction="🔥"]')
    await expect(chip).to_have_text("🔥1")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    assert await window.faults_of_form() == []
    await bot.rest("DELETE", mine)
    await expect(chip).to_have_count(0)
    assert window.trouble == []


async def test_pins_are_listed_and_lead_to_the_message(town: Town, bot: Bot, browser: Browser) -> None:
    first = await bot.say({"content": "as regras da casa"})
    for number in range(130):
        await town.call("POST", f"as/{town.bia}/channels/{town.geral}/messages", content=f"mensagem {number}")
    await bot.rest("PUT", f"/channels/{town.geral}/pins/{first}")
    window = await open_window(browser, town.channel_url())
    page = window.page
    await expect(page.get_by_text("mensagem 129")).to_be_in_viewport()
    await page.get_by_role("button", name="Mensagens fixadas").click()
    dialog = page.get_by_role("dialog", name="Mensagens fixadas")
    await expect(dialog).to_contain_text("as regras da casa")
    assert await window.faults_of_form() == []
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.get_by_role("button", name="Mensagens fixadas").click()
    await dialog.get_by_role("button", name="Ir para a mensagem").click()
    message = page.locator(f'main [data-message-id="{first}"]')
    await expect(message).to_be_in_viewport()
    await expect(message).to_contain_text("fixada")
    assert window.trouble == []


async def test_one_sees_who_is_writing(town: Town, bot: Bot, browser: Browser) -> None:
    window = await open_window(browser, town.channel_url())
    await expect(window.page.locator("[data-composer]")).to_be_visible()
    await bot.rest("POST", f"/channels/{town.geral}/typing")
    await expect(window.page.get_by_text("Lampião Digital escrevendo…")).to_be_visible()
    await bot.say({"content": "pronto"})
    await expect(window.page.get_by_text("Lampião Digital escrevendo…")).to_have_count(0)
    assert window.trouble == []


async def test_one_reacts_answers_and_sends_a_file(town: Town, bot: Bot, browser: Browser) -> None:
    first = await bot.say({"content": "gostou?"})
    window = await open_window(browser, town.channel_url())
    page = window.page
    message = page.locator(f'main [data-message-id="{first}"]')
    await message.get_by_role("button", name="Adicionar uma reação").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(message.locator('[data-reaction="❤️"]')).to_contain_text("1")
    seen = await bot.rest("GET", f"/channels/{town.geral}/messages/{first}/reactions/{quote('❤️')}")
    assert [user["id"] for user in seen] == [town.bia]
    chip = message.locator('[data-reaction="❤️"]')
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await bot.rest("PATCH", f"/channels/{town.geral}/messages/{first}", {"content": "gostou mesmo?"})
    await expect(message).to_contain_text("gostou mesmo?")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await bot.rest("PUT", f"/channels/{town.geral}/messages/{first}/reactions/{quote('❤️')}/@me")
    await expect(chip).to_contain_text("2")
    assert await window.faults_of_form() == []
    await chip.press("Enter")
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await expect(chip).to_contain_text("1")
    await message.get_by_role("button", name="Responder a Lampião Digital").press("Enter")
    await page.locator("[data-files]").set_input_files({"name": "nota.txt", "mimeType": "text/plain", "buffer": b"oi"})
    await expect(page.get_by_label("Vai junto com a mensagem").get_by_role("listitem")).to_have_count(2)
    assert await window.faults_of_form() == []
    await page.locator("[data-composer]").fill("gostei")
    await page.keyboard.press("Enter")
    await expect(page.locator('main [data-attachment="nota.txt"]')).to_be_visible()
    await expect(page.locator(f'main [data-reply-to="{first}"]')).to_be_visible()
    await expect(page.get_by_label("Vai junto com a mensagem")).to_be_hidden()
    latest = (await bot.rest("GET", f"/channels/{town.geral}/messages?limit=1"))[0]
    assert latest["message_reference"]["message_id"] == first
    assert [file["filename"] for file in latest["attachments"]] == ["nota.txt"]
    assert window.trouble == []


async def test_two_people_see_each_other_writing_and_which_role_they_wear(town: Town, bot: Bot, browser: Browser) -> None:
    leo = (await town.call("POST", "users", username="leo.mp"))["id"]
    await town.call("POST", f"guilds/{town.guild}/members", user_id=leo)
    role = await bot.rest("POST", f"/guilds/{town.guild}/roles", {"name": "Cliente", "color": 0x2E7D32})
    await bot.rest("PUT", f"/guilds/{town.guild}/members/{leo}/roles/{role['id']}")
    hers = await open_window(browser, town.channel_url())
    his = await open_window(browser, town.channel_url(leo))
    await expect(hers.page.locator("[data-composer]")).to_be_visible()
    await his.page.locator("[data-composer]").press_sequentially("oi")
    await expect(hers.page.get_by_text("leo.mp escrevendo…")).to_be_visible()
    await his.page.keyboard.press("Enter")
    await expect(hers.page.locator('[data-role="Cliente"]')).to_be_visible()
    await expect(hers.page.get_by_text("leo.mp escrevendo…")).to_have_count(0)
    assert await hers.page.locator("[data-role] i").evaluate("i => getComputedStyle(i).backgroundColor") == "rgb(46, 125, 50)"
    assert hers.trouble + his.trouble == []


async def test_one_changes_and_deletes_what_one_wrote_and_bots_hear_of_it(town: Town, bot: Bot, browser: Browser) -> None:
    other = await bot.say({"content": "minha"})
    window = await open_window(browser, town.channel_url())
    page = window.page
    composer = page.locator("[data-composer]")
    await composer.fill("quero trez")
    await page.keyboard.press("Enter")
    mine = page.locator("main article", has=page.locator("[data-rewrite]"))
    await expect(mine).to_have_count(1)  # not of what the bot wrote
    await page.keyboard.press("ArrowUp")
    await expect(composer).to_have_value("quero trez")
    await page.keyboard.press("Escape")
    await expect(composer).to_have_value("")
    await mine.locator("[data-rewrite]").press("Enter")
    await composer.fill("quero três")
    await page.keyboard.press("Enter")
    await expect(mine).to_contain_text("quero três")
    await expect(mine).to_contain_text("(editada)")
    changed = (await bot.rest("GET", f"/channels/{town.geral}/messages?limit=1"))[0]
    assert (changed["content"], changed["edited_timestamp"] is None) == ("quero três", False)
    path = f"/_sandbox/as/{town.bia}/channels/{town.geral}/messages/{other}"
    assert (await town.web.patch(path, json={"content": "dela"})).json()["code"] == 50005
    assert await window.faults_of_form() == []
    await mine.locator("[data-remove]").press("Enter")
    await expect(mine).to_have_count(0)
    assert [row["id"] for row in await bot.rest("GET", f"/channels/{town.geral}/messages")] == [other]
    assert window.trouble == []


async def test_a_pane_over_the_channel_takes_the_focus_and_gives_it_back(town: Town, bot: Bot, browser: Browser) -> None:
    window = await open_window(browser, town.channel_url(), width=360)
    toggle = window.page.locator('main [data-pane="requests"]')
    await toggle.click()
    await expect(window.page.locator("aside").get_by_role("button", name="Fechar")).to_be_focused()
    await window.page.keyboard.press("Escape")
    await expect(window.page.locator("aside")).to_be_hidden()
    await expect(toggle).to_be_focused()
