"""Writing, commands, forms, several people at once, and a sandbox that goes away."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from .town import EPHEMERAL, MESSAGE, MODAL, Bot, Town, box, button, row, text, v2
from .window import open_window

pytestmark = pytest.mark.browser


async def test_two_people_talk_without_a_reload(town: Town, browser: Browser) -> None:
    leo = (await town.call("POST", "users", username="leo.mp"))["id"]
    await town.call("POST", f"guilds/{town.guild}/members", user_id=leo)
    other = (await town.call("POST", f"guilds/{town.guild}/channels", name="vitrine"))["id"]
    hers = await open_window(browser, town.channel_url())
    his = await open_window(browser, f"{town.url}/channels/{town.guild}/{other}?as={leo}")
    await expect(his.page.locator("[data-composer]")).to_be_visible()  # what was there before is not new to him
    await hers.page.locator("[data-composer]").fill("oi **leo**")
    await hers.page.keyboard.press("Enter")
    await expect(hers.page.locator("main strong")).to_have_text("leo")
    await expect(hers.page.locator("[data-composer]")).to_have_value("")
    link = his.page.locator(f'[data-channel-id="{town.geral}"]')
    await expect(link.locator(".count")).to_have_text("1")
    await link.click()
    await expect(his.page.locator("main strong")).to_have_text("leo")
    await expect(link.locator(".count")).to_have_count(0)
    await expect(his.page).to_have_url(town.channel_url(leo))
    await his.page.go_back()
    await expect(his.page.get_by_role("heading", level=1)).to_have_text("vitrine")
    assert hers.trouble + his.trouble == []


async def test_many_windows_of_one_browser_hear_of_a_message(town: Town, browser: Browser) -> None:
    first = await open_window(browser, town.channel_url())
    pages = [first.page]
    for _ in range(7):  # more than the connections that a browser opens to one address
        pages.append(await first.page.context.new_page())
        await pages[-1].goto(town.channel_url())
    await pages[0].locator("[data-composer]").fill("para todas")
    await pages[0].keyboard.press("Enter")
    for page in pages:
        await expect(page.locator("main")).to_contain_text("para todas", timeout=20_000)


async def test_a_picture_that_grows_does_not_leave_the_newest_message_behind(town: Town, bot: Bot, browser: Browser) -> None:
    for number in range(20):
        await bot.say({"content": f"mensagem {number}"})
    window = await open_window(browser, town.channel_url())
    page = window.page
    await expect(page.get_by_text("mensagem 19")).to_be_in_viewport()
    # A picture takes its room before it is loaded, and the browser tells of an earlier scrolling only then.
    await page.locator("main [data-flow]").evaluate(
        "flow => { flow.lastElementChild.style.paddingBottom = '600px'; flow.dispatchEvent(new Event('scroll')); }"
    )
    await bot.say({"content": "mais uma"})
    await expect(page.get_by_text("mais uma")).to_be_in_viewport()


async def test_the_tab_beside_the_direct_message_leads_back_to_where_one_was(town: Town, bot: Bot, browser: Browser) -> None:
    shop = (await town.call("POST", f"guilds/{town.guild}/channels", name="vitrine"))["id"]
    await bot.tell(town.bia, {"content": "Sua compra chegou"})
    window = await open_window(browser, f"{town.url}/channels/{town.guild}/{shop}?as={town.bia}", width=360)
    page = window.page
    await page.get_by_role("link", name="Mensagem direta").click()
    await expect(page.locator("main")).to_contain_text("Sua compra chegou")
    await page.reload()
    await page.locator(".c-tabs").get_by_role("link", name="#vitrine").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("vitrine")


async def test_reading_above_is_not_disturbed(town: Town, bot: Bot, browser: Browser) -> None:
    for number in range(40):
        await bot.say({"content": f"mensagem {number}"})
    window = await open_window(browser, town.channel_url())
    page, flow = window.page, window.page.locator("main [data-flow]")
    await expect(page.get_by_text("mensagem 39")).to_be_in_viewport()
    await bot.say({"content": "mais uma"})
    await expect(page.get_by_text("mais uma")).to_be_in_viewport()
    await flow.evaluate("flow => { flow.scrollTop = 100 }")
    await page.locator("[data-as]").focus()
    last = await bot.say({"content": "e outra"})
    await expect(page.locator(f'[data-message-id="{last}"]')).to_be_attached()
    await expect(page.get_by_text("e outra")).not_to_be_in_viewport()
    assert await flow.evaluate("flow => flow.scrollTop") == 100
    await expect(page.locator("[data-as]")).to_be_focused()


async def test_the_answer_to_a_press_far_above_is_shown(town: Town, bot: Bot, browser: Browser) -> None:
    bot.on |= {
        "buy": {"type": MESSAGE, "data": {"content": "Seu carrinho", "flags": EPHEMERAL}},
        "look": {"type": 7, "data": {"content": "Loja, de novo"}},
    }
    await bot.say({"content": "Loja", "components": [row(button("buy", "Comprar"), button("look", "Olhar"))]})
    for number in range(40):
        await bot.say({"content": f"mensagem {number}"})
    window = await open_window(browser, town.channel_url())
    page, flow = window.page, window.page.locator("main [data-flow]")
    await expect(page.get_by_text("mensagem 39")).to_be_in_viewport()
    await flow.evaluate("flow => { flow.scrollTop = 0 }")
    await page.get_by_role("button", name="Olhar").click()
    await expect(page.get_by_text("Loja, de novo")).to_be_in_viewport()
    await page.get_by_role("button", name="Comprar").click()
    await expect(page.get_by_text("Seu carrinho")).to_be_in_viewport()


async def test_somebody_who_does_not_exist_is_told_so(town: Town, browser: Browser) -> None:
    window = await open_window(browser, town.channel_url("123"))
    await expect(window.page.get_by_text("Esta pessoa não existe.")).to_be_visible()
    assert await window.faults_of_form() == []
    await window.page.get_by_role("link", name="Escolha uma pessoa").click()
    async with window.page.expect_popup() as opened:
        await window.page.get_by_role("link", name="Ser esta pessoa").click()
    await expect((await opened.value).locator("[data-as]")).to_have_value(town.bia)


async def test_one_can_become_somebody_else(town: Town, browser: Browser) -> None:
    leo = (await town.call("POST", "users", username="leo.mp"))["id"]
    await town.call("POST", f"guilds/{town.guild}/members", user_id=leo)
    window = await open_window(browser, town.channel_url())
    await window.page.get_by_label("Você é").select_option(leo)
    await expect(window.page).to_have_url(town.channel_url(leo))
    await expect(window.page.locator("[data-as]")).to_have_value(leo)


async def test_a_direct_message_arrives_by_itself_beside_the_channel(town: Town, bot: Bot, browser: Browser) -> None:
    window = await open_window(browser, town.channel_url())
    await expect(window.page.locator("[data-composer]")).to_be_visible()
    channel = await bot.tell(town.bia, v2(box(text("### Sua compra chegou"), row(button("see", "Ver minha compra", 1)))))
    pane = window.page.get_by_role("complementary")
    await expect(pane.get_by_role("heading", name="Sua compra chegou")).to_be_visible()
    bot.on["see"] = {"type": MESSAGE, "data": {"content": "CHAVE-1", "flags": EPHEMERAL}}
    await pane.locator('[data-custom-id="see"]').click()
    await expect(pane.locator("[data-ephemeral]")).to_contain_text("CHAVE-1")
    await window.page.locator(f'[data-channel-id="{channel}"]').click()
    await expect(window.page).to_have_url(f"{town.url}/dm/{channel}?as={town.bia}")
    await expect(window.page.locator("main").get_by_text("CHAVE-1")).to_be_visible()
    await expect(pane).to_be_hidden()
    await expect(window.page.locator("[data-composer]")).to_have_count(1)
    assert window.trouble == []


async def test_commands_are_offered_checked_and_run(town: Town, bot: Bot, browser: Browser) -> None:
    number = {"type": 4, "name": "quantos", "description": "Quantos"}
    code = {"type": 3, "name": "codigo", "description": "O código do cupom", "required": True}
    see = {"type": 1, "name": "ver", "description": "Vê um pedido"}
    commands = [
        {"name": "cupom", "description": "Usa um cupom", "options": [code, number]},
        {"name": "pedidos", "description": "Pedidos", "options": [see]},
    ]
    answer = {"type": MESSAGE, "data": {"content": "Feito", "flags": EPHEMERAL}}
    bot.on |= {"cupom": answer, "pedidos": answer}
    window = await open_window(browser, town.channel_url())
    page, composer = window.page, window.page.locator("[data-composer]")
    await expect(composer).to_be_visible()
    await bot.rest("PUT", f"/applications/{bot.id}/commands", commands)  # while the page is open
    await composer.press_sequentially("/cu")
    await page.locator('[data-command="cupom"]').click()
    await expect(composer).to_have_value("/cupom codigo:")
    await expect(page.locator(".commands")).to_contain_text("obrigatório")
    await composer.fill("/cupom")
    await composer.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="Falta “codigo”")).to_be_visible()
    await expect(composer).to_have_value("/cupom")
    await composer.fill("/cupom codigo:DEZ POR CENTO quantos:três")
    await composer.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="“quantos” precisa ser um número.")).to_be_visible()
    await composer.fill("/cupom codigo:DEZ POR CENTO quantos:3")
    await composer.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Feito")
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Bia Lopes usou /cupom")
    given = {option["name"]: option["value"] for option in bot.got[0]["data"]["options"]}
    assert given == {"codigo": "DEZ POR CENTO", "quantos": 3}
    await composer.fill("/pedidos ver")
    await composer.press("Enter")
    await expect(page.locator("[data-ephemeral]")).to_have_count(2)
    assert bot.got[1]["data"]["options"][0]["name"] == "ver"
    await composer.fill("/nada")
    await composer.press("Enter")
    await expect(page.get_by_role("alert").filter(has_text="Este comando não existe aqui.")).to_be_visible()


async def test_a_form_with_every_kind_of_field_is_sent(town: Town, bot: Bot, browser: Browser) -> None:
    def label(name: str, component: dict[str, object]) -> dict[str, object]:
        return {"type": 18, "label": name, "component": component}

    choices = [{"label": "Um", "value": "1"}, {"label": "Dois", "value": "2"}, {"label": "Três", "value": "3"}]
    fields = [
        text("Diga **tudo**."),
        label("Nome", {"type": 4, "custom_id": "name", "style": 1, "min_length": 3}),
        label("Motivo", {"type": 4, "custom_id": "why", "style": 2, "required": False}),
        label("Forma", {"type": 21, "custom_id": "radio", "options": choices}),
        label("Extras", {"type": 22, "custom_id": "group", "options": choices, "min_values": 2, "max_values": 3}),
        label("Aceito", {"type": 23, "custom_id": "terms"}),
        label("Plano", {"type": 3, "custom_id": "plan", "options": choices}),
        label("Pessoa", {"type": 5, "custom_id": "who", "required": False, "min_values": 0}),
    ]
    bot.on["open"] = {"type": MODAL, "data": {"custom_id": "form", "title": "Dados do pedido", "components": fields}}
    bot.on["form"] = {"type": MESSAGE, "data": {"content": "Recebido", "flags": EPHEMERAL}}
    await bot.say({"content": "Loja", "components": [row(button("open", "Preencher"))]})
    window = await open_window(browser, town.channel_url())
    page = window.page
    await page.locator('[data-custom-id="open"]').click()
    dialog = page.get_by_role("dialog", name="Dados do pedido")
    await expect(dialog.get_by_label("Nome")).to_be_focused()
    assert await window.faults_of_form() == []
    send = dialog.get_by_role("button", name="Enviar")
    await send.click()
    await expect(dialog).to_be_visible()
    await dialog.get_by_label("Nome").press_sequentially("Bia")
    await dialog.get_by_label("Motivo").fill("duas\nlinhas")
    await dialog.get_by_role("radio", name="Dois").check()
    await dialog.get_by_role("checkbox", name="Um").check()
    await dialog.get_by_label("Aceito").check()
    await dialog.get_by_label("Plano").select_option("3")
    await send.click()
    await expect(dialog.get_by_role("alert")).to_have_text("Extras: Escolha pelo menos 2.")
    assert len(bot.got) == 1
    await dialog.get_by_role("checkbox", name="Três").check()
    await send.click()
    await expect(page.locator("[data-ephemeral]")).to_contain_text("Recebido")
    await expect(dialog).to_have_count(0)
    given = {c["component"]["custom_id"]: c["component"] for c in bot.got[1]["data"]["components"] if c["type"] == 18}
    assert given["name"]["value"] == "Bia"
    assert given["why"]["value"] == "duas\nlinhas"
    assert given["radio"]["value"] == "2"
    assert given["group"]["values"] == ["1", "3"]
    assert given["terms"]["value"] is True
    assert given["plan"]["values"] == ["3"]
    assert given["who"]["values"] == []
    assert window.trouble == []


async def test_the_requests_of_the_bot_are_shown(town: Town, bot: Bot, browser: Browser) -> None:
    bot.on["buy"] = {"type": MESSAGE, "data": {"content": "oi", "flags": EPHEMERAL}}
    await bot.say({"content": "Loja", "components": [row(button("buy", "Comprar"))]})
    window = await open_window(browser, town.channel_url())
    await window.page.locator('[data-pane="requests"]').click()
    listed = window.page.get_by_label("Pedidos do bot").get_by_role("listitem")
    await expect(listed.first).to_contain_text(f"POST /channels/{town.geral}/messages")
    await expect(listed.first).to_contain_text("200")
    await window.page.locator('[data-custom-id="buy"]').click()
    await expect(window.page.locator("[data-last-answer]")).to_contain_text("Último clique: resposta em")
    await bot.rest("PATCH", f"/channels/{town.geral}/messages/{await bot.say({'content': 'x'})}", {"content": "y"})
    await expect(listed.first).to_contain_text("PATCH")
    await expect(listed.first).to_contain_text("confere com update_message")
    assert await window.faults_of_form() == []
    assert window.trouble == []


async def test_a_sandbox_that_comes_back_is_taken_up_again(browser: Browser, tmp_path: Path) -> None:
    state = str(tmp_path / "discord.json")
    first = await Town.open("--state", state)
    await first.settle()
    port = first.url.rsplit(":", 1)[1]
    window = await open_window(browser, first.channel_url())
    await window.page.locator("[data-composer]").fill("antes")
    await window.page.keyboard.press("Enter")
    await expect(window.page.locator("main [data-message-id]")).to_have_count(1)
    assert await first.close() == 0
    away = window.page.get_by_role("alert").filter(has_text="esta página continua sozinha")
    await expect(away).to_be_visible()
    await window.page.locator("[data-composer]").fill("durante")
    await window.page.keyboard.press("Enter")
    await expect(window.page.locator("[data-composer]")).to_have_value("durante")
    second = await Town.open("--state", state, "--port", port)
    await expect(away).to_be_hidden(timeout=20_000)
    await window.page.locator("[data-composer]").press("Enter")
    await expect(window.page.locator("main [data-content]")).to_have_text(["antes", "durante"])
    assert await second.close() == 0
