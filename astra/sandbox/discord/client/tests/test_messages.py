"""What messages look like and what pressing things in them does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from .town import (
    DEFERRED,
    DEFERRED_UPDATE,
    EPHEMERAL,
    MESSAGE,
    UPDATE,
    Bot,
    Json,
    Town,
    box,
    button,
    png,
    row,
    text,
    v2,
)
from .window import open_window

pytestmark = pytest.mark.browser


def seen(page: Page, message_id: str) -> Locator:
    return page.locator(f'main [data-message-id="{message_id}"]')


async def test_a_card_shows_all_its_pieces(town: Town, bot: Bot, browser: Browser) -> None:
    buttons = row(
        button("buy", "Comprar", 3),
        button("no", "Apagar", 4),
        button("off", "Fechado", 1, disabled=True),
        {"type": 2, "style": 5, "label": "Termos", "url": "https://example.com/termos"},
    )
    picture = {"type": 12, "items": [{"media": {"url": "attachment://capa.png"}, "description": "Capa do jogo"}]}
    section = {"type": 9, "components": [text("Uma **seção**")], "accessory": button("more", "Mais")}
    thumb = {
        "type": 9,
        "components": [text("Com foto")],
        "accessory": {"type": 11, "media": {"url": "attachment://capa.png"}, "description": "Miniatura"},
    }
    pieces = [picture, text("## Sertão 2084"), {"type": 14}, section, thumb, buttons]
    card = v2(box(*pieces, colour=0x1D7239))
    message_id = await bot.say({**card, "attachments": [{"id": 0, "filename": "capa.png"}]}, ("capa.png", png(300, 120)))
    window = await open_window(browser, town.channel_url())
    card_seen = seen(window.page, message_id)
    await expect(card_seen.get_by_role("heading", name="Sertão 2084")).to_be_visible()
    await expect(card_seen.locator('[data-custom-id="buy"]')).to_have_class("b ok")
    await expect(card_seen.locator('[data-custom-id="no"]')).to_have_class("b danger")
    await expect(card_seen.locator('[data-custom-id="off"]')).to_be_disabled()
    await expect(card_seen.get_by_role("link", name="Termos")).to_have_attribute("href", "https://example.com/termos")
    await expect(card_seen.locator('.section [data-custom-id="more"]')).to_be_visible()
    for alt in ("Capa do jogo", "Miniatura"):
        image = card_seen.get_by_alt_text(alt)
        await expect(image).to_be_visible()
        assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 300
    edge = await card_seen.locator(".box").evaluate("box => getComputedStyle(box).borderLeftColor")
    assert edge == "rgb(29, 114, 57)"
    assert window.trouble == []


async def test_markdown_is_shown_and_html_is_only_text(town: Town, bot: Bot, browser: Browser) -> None:
    written = (
        f"**forte** *fino* __sob__ ~~fora~~ `x < y` snake_case_name <@{town.bia}> <#{town.geral}>\n"
        "[oi](https://example.com/a) https://example.com/b_c_d. \\*cru\\* <script>alert(1)</script><img src=x onerror=alert(2)>\n"
        "# Título\n- um\n- dois\n> citado\n-# pequeno\n```\nPIX **code**\n```"
    )
    message_id = await bot.say({"content": written})
    window = await open_window(browser, town.channel_url())
    body = seen(window.page, message_id).locator(".md")
    await expect(body.locator("strong")).to_have_text("forte")
    await expect(body.locator("em")).to_have_text("fino")
    await expect(body.locator("u")).to_have_text("sob")
    await expect(body.locator("s")).to_have_text("fora")
    await expect(body.locator("p > code")).to_have_text("x < y")
    await expect(body.locator(".mention")).to_have_text(["@Bia Lopes", "#geral"])
    hrefs = await body.locator("a").evaluate_all("links => links.map(link => link.href)")
    assert hrefs == ["https://example.com/a", "https://example.com/b_c_d"]
    await expect(body).to_contain_text("*cru* <script>alert(1)</script><img src=x onerror=alert(2)>")
    await expect(body).to_contain_text("snake_case_name")
    assert await body.locator("img, script").count() == 0
    await expect(body.get_by_role("heading")).to_have_text("Título")
    await expect(body.locator("li")).to_have_text(["um", "dois"])
    await expect(body.locator("blockquote")).to_have_text("citado")
    await expect(body.locator("p.sub")).to_have_text("pequeno")
    await expect(body.locator("pre")).to_have_text("PIX **code**")
    await body.get_by_role("button", name="Copiar").click()
    await expect(body.get_by_role("button", name="Copiado")).to_be_visible()
    assert window.trouble == []


async def test_timestamps_count_by_the_sandbox_clock(town: Town, bot: Bot, browser: Browser) -> None:
    await town.call("POST", "clock", offset_seconds=86400)
    due = int(time.time()) + 86400 + 125
    message_id = await bot.say({"content": f"<t:{due}:R> e <t:{due - 86400}:R>"})
    window = await open_window(browser, town.channel_url())
    marks = seen(window.page, message_id).locator("time[data-unix]")
    first = await marks.first.text_content()
    assert first is not None
    assert first.startswith(("em 2:0", "em 1:5"))
    await expect(marks.first).not_to_have_text(first, timeout=20_000)
    await expect(marks.last).to_have_text("há 23 horas")


async def test_an_embed_and_files_are_shown(town: Town, bot: Bot, browser: Browser) -> None:
    embed = {
        "title": "Recibo",
        "description": "Pago com **PIX**",
        "color": 0x123456,
        "fields": [{"name": "Pedido", "value": "LD-1", "inline": True}],
        "footer": {"text": "Obrigado"},
    }
    message_id = await bot.say({"embeds": [embed], "attachments": [{"id": 0, "filename": "nota.txt"}]}, ("nota.txt", b"oi"))
    window = await open_window(browser, town.channel_url())
    shown = seen(window.page, message_id)
    await expect(shown.get_by_role("heading", name="Recibo")).to_be_visible()
    await expect(shown.locator(".fields")).to_contain_text("LD-1")
    await expect(shown).to_contain_text("Obrigado")
    async with window.page.expect_download() as saved:
        await shown.locator('[data-attachment="nota.txt"]').click()
    path = await (await saved.value).path()
    assert path.read_bytes() == b"oi"


async def test_an_ephemeral_answer_is_seen_by_one_person_and_can_be_dismissed(town: Town, bot: Bot, browser: Browser) -> None:
    leo = (await town.call("POST", "users", username="leo"))["id"]
    await town.call("POST", f"guilds/{town.guild}/members", user_id=leo)
    bot.on["buy"] = {"type": MESSAGE, "data": {"content": "Seu carrinho", "flags": EPHEMERAL}}
    await bot.say({"content": "Loja", "components": [row(button("buy", "Comprar"))]})
    hers = await open_window(browser, town.channel_url())
    his = await open_window(browser, town.channel_url(leo))
    await hers.page.locator('[data-custom-id="buy"]').click()
    cart = hers.page.locator("[data-ephemeral]")
    await expect(cart).to_contain_text("Seu carrinho")
    await expect(cart).to_contain_text("Só você vê esta mensagem")
    await bot.say({"content": "para todos"})
    await expect(his.page.locator("main")).to_contain_text("para todos")
    await expect(his.page.locator("[data-ephemeral]")).to_have_count(0)
    await cart.get_by_role("button", name="Dispensar").click()
    await expect(cart).to_have_count(0)
    await hers.page.reload()
    await expect(hers.page.locator("main")).to_contain_text("para todos")
    await expect(cart).to_have_count(0)
    assert hers.trouble + his.trouble == []


async def test_a_deferred_answer_thinks_until_it_is_there(town: Town, bot: Bot, browser: Browser) -> None:
    bot.on["slow"] = {"type": DEFERRED, "data": {"flags": EPHEMERAL}}
    await bot.say({"content": "Loja", "components": [row(button("slow", "Pensar"))]})
    window = await open_window(browser, town.channel_url())
    await window.page.locator('[data-custom-id="slow"]').click()
    thinking = window.page.locator("[data-thinking]")
    await expect(thinking).to_contain_text("Lampião Digital está pensando…")
    await bot.original(bot.got[-1], "PATCH", {"content": "Pronto"})
    await expect(window.page.locator("[data-ephemeral]")).to_contain_text("Pronto")
    await expect(thinking).to_have_count(0)
    await window.page.locator('[data-custom-id="slow"]').click()
    await expect(thinking).to_contain_text("está pensando…")
    await town.call("POST", "clock", offset_seconds=15 * 60 + 5)  # an open window hears of it
    await expect(thinking).to_have_text("O aplicativo não respondeu.")


async def test_a_message_changes_in_place_and_keeps_the_focus(town: Town, bot: Bot, browser: Browser) -> None:
    def more(payload: Json) -> Json:
        count = int(payload["message"]["content"]) + 1
        return {"type": UPDATE, "data": {"content": str(count), "components": payload["message"]["components"]}}

    bot.on |= {"more": more, "later": {"type": DEFERRED_UPDATE}}
    message_id = await bot.say({"content": "1", "components": [row(button("more", "Mais"), button("later", "Depois"))]})
    window = await open_window(browser, town.channel_url())
    shown = seen(window.page, message_id)
    await shown.locator('[data-custom-id="more"]').focus()
    await window.page.keyboard.press("Enter")
    await expect(shown.locator("[data-content]")).to_have_text("2")
    await window.page.keyboard.press("Enter")
    await expect(shown.locator("[data-content]")).to_have_text("3")
    await shown.locator('[data-custom-id="later"]').click()
    await bot.original(bot.got[-1], "PATCH", {"content": "depois"})
    await expect(shown.locator("[data-content]")).to_have_text("depois")
    await expect(shown).to_contain_text("(editada)")


async def test_a_failure_is_told_in_words_and_the_button_works_again(town: Town, bot: Bot, browser: Browser) -> None:
    asked = asyncio.Event()

    async def broken(payload: Json) -> Json:
        await asked.wait()
        return {"type": "nonsense"}  # the three seconds of a bot that says nothing are judged beside the API

    bot.on["buy"] = broken
    message_id = await bot.say({"content": "Loja", "components": [row(button("buy", "Comprar"))]})
    window = await open_window(browser, town.channel_url())
    shown = seen(window.page, message_id)
    await shown.locator('[data-custom-id="buy"]').click()
    await expect(shown.locator('[data-custom-id="buy"]')).to_have_attribute("aria-busy", "true")
    asked.set()
    await expect(shown.get_by_role("alert")).to_contain_text("Esta interação falhou. Nada foi perdido")
    bot.on["buy"] = {"type": MESSAGE, "data": {"content": "Agora sim", "flags": EPHEMERAL}}
    await shown.locator('[data-custom-id="buy"]').click()
    await expect(window.page.locator("[data-ephemeral]")).to_contain_text("Agora sim")
    await expect(shown.get_by_role("alert")).to_be_empty()


async def test_a_press_on_what_is_no_longer_there_is_explained(town: Town, bot: Bot, browser: Browser) -> None:
    message_id = await bot.say({"content": "Loja", "components": [row(button("buy", "Comprar"))]})
    window = await open_window(browser, town.channel_url())
    shown = seen(window.page, message_id)
    await expect(shown).to_be_visible()
    await window.page.route("**/events?*", lambda route: None)  # the page is kept from hearing of the change
    await window.page.reload()
    await expect(shown).to_be_visible()
    await bot.rest("PATCH", f"/channels/{town.geral}/messages/{message_id}", {"content": "Fechado", "components": []})
    await shown.locator('[data-custom-id="buy"]').click()
    await expect(shown.get_by_role("alert")).to_contain_text("Ela mudou enquanto você olhava.")


async def test_selects_send_what_was_chosen(town: Town, bot: Bot, browser: Browser) -> None:
    for name in ("one", "some", "who", "where"):
        bot.on[name] = {"type": DEFERRED_UPDATE}
    options = [{"label": label, "value": label.lower(), "description": f"plano {label}"} for label in ("Bronze", "Prata", "Ouro")]
    await bot.say(
        v2(
            row({"type": 3, "custom_id": "one", "options": options, "placeholder": "Plano"}),
            row({"type": 3, "custom_id": "some", "options": options, "min_values": 2, "max_values": 3, "placeholder": "Vários"}),
            row({"type": 5, "custom_id": "who"}),
            row({"type": 8, "custom_id": "where"}),
        )
    )
    window = await open_window(browser, town.channel_url())
    page = window.page
    await page.get_by_label("Plano", exact=True).select_option("prata")
    await until(lambda: len(bot.got) == 1)
    several = page.locator('details[data-custom-id="some"]')
    await several.locator("summary").click()
    await several.get_by_label("Bronze").check()
    await several.get_by_role("button", name="Confirmar a escolha").click()
    await expect(several.get_by_role("alert")).to_have_text("Escolha pelo menos 2.")
    await several.get_by_label("Ouro").check()
    await several.get_by_role("button", name="Confirmar a escolha").click()
    await until(lambda: len(bot.got) == 2)
    await page.locator('[data-custom-id="who"]').select_option(label="@Bia Lopes")
    await until(lambda: len(bot.got) == 3)
    await page.locator('[data-custom-id="where"]').select_option(label="#geral")
    await until(lambda: len(bot.got) == 4)
    assert [payload["data"]["values"] for payload in bot.got] == [["prata"], ["bronze", "ouro"], [town.bia], [town.geral]]
    assert window.trouble == []


async def until(condition: Callable[[], bool]) -> None:
    """Returns once `condition` holds. Raises TimeoutError after five seconds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.02)
