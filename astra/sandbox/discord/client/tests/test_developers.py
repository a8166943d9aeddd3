"""The developers' page and the invitation."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from .town import Bot, Town
from .window import open_window

pytestmark = pytest.mark.browser


async def test_from_nothing_to_a_bot_in_a_server(browser: Browser) -> None:
    town = await Town.open()
    window = await open_window(browser, town.url)
    page = window.page
    await expect(page.get_by_text("Ninguém mora aqui ainda.")).to_be_visible()
    await page.get_by_role("link", name="Abrir a página de desenvolvedores").click()
    await page.get_by_label("Nome de usuário").fill("bia_lopes")
    await page.get_by_role("button", name="Adicionar a pessoa").click()
    await expect(page.locator("[data-user-id]")).to_contain_text("bia_lopes")
    await page.get_by_label("Nome do servidor").fill("Lampião")
    await page.get_by_role("button", name="Criar o servidor").click()
    await expect(page.locator("[data-guild-id]")).to_contain_text("#geral")
    await page.get_by_label("Nome do aplicativo").fill("Loja do Lampião")
    await page.get_by_role("button", name="Criar o aplicativo").click()
    token = await page.locator("[data-token]").text_content()
    listed = await town.web.get("/api/v10/users/@me", headers={"Authorization": f"Bot {token}"})
    assert listed.json()["username"] == "Loja do Lampião"
    await page.get_by_role("button", name="Já copiei").click()
    await expect(page.locator("[data-token]")).to_have_count(0)
    await page.reload()
    await expect(page.locator("[data-application-id]")).to_be_visible()
    assert str(token) not in await page.content()
    await page.get_by_role("link", name="Convidar para um servidor").click()
    await page.get_by_role("button", name="Autorizar").click()
    await expect(page.locator("[data-authorized]")).to_contain_text("Loja do Lampião entrou em Lampião.")
    await page.get_by_role("link", name="Abrir o servidor").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("geral")
    state = await town.call("GET", "state")
    assert state["applications"][0]["id"] in state["guilds"][0]["members"]
    assert window.trouble == []
    assert await town.close() == 0


async def test_the_invitation_tells_the_rights_and_gives_just_those(town: Town, browser: Browser) -> None:
    app = await town.call("POST", "applications", name="Outra loja")
    url = f"{town.url}/oauth2/authorize?client_id={app['id']}&scope=bot+applications.commands&permissions={1 << 11 | 1 << 28}"
    window = await open_window(browser, url)
    asked = window.page.get_by_role("main").locator("li")
    await expect(asked).to_have_text(["Enviar mensagens", "Gerenciar cargos", "Oferecer comandos com barra"])
    await window.page.get_by_label("Servidor").select_option(town.guild)
    await window.page.get_by_role("button", name="Autorizar").click()
    await expect(window.page.locator(f'[data-authorized="{town.guild}"]')).to_be_visible()
    headers = {"Authorization": f"Bot {app['token']}"}
    roles = (await town.web.get(f"/api/v10/guilds/{town.guild}/roles", headers=headers)).json()
    assert [role["permissions"] for role in roles if role["managed"]] == [str(1 << 11 | 1 << 28)]


@pytest.mark.parametrize(
    ("query", "said"),
    [("client_id=1&scope=bot", "Não existe aplicativo com este id."), ("client_id={id}&scope=identify", "não pede o escopo “bot”")],
)
async def test_a_wrong_invitation_is_explained(town: Town, browser: Browser, query: str, said: str) -> None:
    app = await town.call("POST", "applications", name="Outra loja")
    window = await open_window(browser, f"{town.url}/oauth2/authorize?{query.format(id=app['id'])}")
    await expect(window.page.get_by_role("alert")).to_contain_text(said)
    assert app["id"] not in (await town.call("GET", "state"))["guilds"][0]["members"]


async def test_the_world_is_arranged_by_hand(town: Town, bot: Bot, browser: Browser) -> None:
    window = await open_window(browser, f"{town.url}/developers")
    page = window.page
    await page.locator('[data-dms="close"]').click()
    await expect(page.locator("[data-user-id]")).to_contain_text("mensagens diretas fechadas")
    users = (await town.call("GET", "state"))["users"]
    assert [user["dms_open"] for user in users if user["id"] == town.bia] == [False]
    await page.get_by_label("O que dá errado").select_option("rate_limit")
    await page.get_by_label("Quantas vezes").fill("2")
    await page.get_by_role("button", name="Adicionar a falha").click()
    await expect(page.locator("[data-fault]")).to_contain_text("Restam: 2.")
    rules = (await town.call("GET", "faults"))["rules"]
    assert [(rule["kind"], rule["times"]) for rule in rules] == [("rate_limit", 2)]
    refused = await town.web.get("/api/v10/users/@me", headers={"Authorization": f"Bot {bot.token}"})
    assert refused.status_code == 429
    await page.get_by_role("button", name="Limpar todas as falhas").click()
    await expect(page.locator("[data-fault]")).to_have_count(0)
    await page.get_by_text("Intenções privilegiadas").click()
    await page.locator('[data-intent="32768"]').check()
    await page.get_by_role("button", name="Salvar as intenções").click()
    await expect(page.get_by_text("Salvo. Valem a partir da próxima vez que o bot entrar.")).to_be_visible()
    assert (await town.call("GET", f"applications/{bot.id}"))["privileged_intents"] == 32768
    await page.get_by_label("Como os bots veem").select_option("dnd")
    await page.get_by_label("Com pressa").select_option("no")
    await page.get_by_label("Milissegundos entre dois batimentos").fill("1000")
    await page.get_by_role("button", name="Aplicar").click()
    await expect(page.locator("#gateway")).to_contain_text("limites de rotas")
    numbers, limits = await town.call("GET", "gateway"), await town.call("GET", "rate-limits")
    assert (numbers["heartbeat_ms"], limits["quick"]) == (1000, False)
    assert [user["status"] for user in (await town.call("GET", "state"))["users"] if user["id"] == town.bia] == ["dnd"]
    await page.locator('[data-forward="86400"]').click()
    await expect(page.get_by_role("button", name="Voltar à hora real")).to_be_visible()
    assert (await town.call("GET", "clock"))["offset_seconds"] == 86400
    await page.locator("[data-application-id]").get_by_role("button", name="Novo token").click()
    token = await page.locator("[data-token]").text_content()
    assert token not in (None, bot.token)
    old = await town.web.get("/api/v10/users/@me", headers={"Authorization": f"Bot {bot.token}"})
    assert old.status_code == 401
    await page.locator("[data-application-id]").get_by_role("button", name="Revogar o token").click()
    await expect(page.get_by_text("Revogado.")).to_be_visible()
    await page.locator("[data-guild-id]").get_by_role("button", name="Remover o bot Lampião Digital").click()
    await expect(page.get_by_role("button", name="Remover o bot Lampião Digital")).to_have_count(0)
    assert bot.id not in (await town.call("GET", "state"))["guilds"][0]["members"]
    assert window.trouble == []


async def test_misfortunes_are_made_kept_and_played_again(town: Town, bot: Bot, browser: Browser) -> None:
    window = await open_window(browser, f"{town.url}/developers")
    page = window.page
    await page.get_by_label("Pedidos", exact=True).select_option("own")
    await page.get_by_label("Método e caminho").fill("GET /users/@me$")
    await page.get_by_label("O que dá errado").select_option("error")
    await page.get_by_label("Código do erro").fill("503")
    await page.get_by_label("Chance em %").fill("50")
    await page.get_by_label("Quantas vezes").fill("")
    await page.get_by_label("Bot", exact=True).select_option(bot.id)
    await page.get_by_role("button", name="Adicionar a falha").click()
    await expect(page.locator("[data-fault]")).to_contain_text("Código 503. Em 50 % dos casos. Só Lampião Digital. Até ser limpa.")
    assert await window.faults_of_form() == []

    async def course() -> list[int]:
        headers = {"Authorization": f"Bot {bot.token}"}
        return [(await town.web.get("/api/v10/users/@me", headers=headers)).status_code for _ in range(12)]

    first = await course()
    assert set(first) == {200, 503}
    await page.locator("#replay summary").click()
    kept = await page.get_by_label("As regras em JSON").input_value()
    await page.get_by_role("button", name="Limpar todas as falhas").click()
    await expect(page.locator("[data-fault]")).to_have_count(0)
    await page.locator("#replay summary").click()
    await page.get_by_label("As regras em JSON").fill("{")
    await page.get_by_role("button", name="Aplicar estas regras").click()
    await expect(page.get_by_text("Isto não é JSON. Nada foi alterado.")).to_be_visible()
    await page.get_by_label("As regras em JSON").fill(kept)
    await page.get_by_role("button", name="Aplicar estas regras").click()
    await expect(page.locator("[data-fault]")).to_have_count(1)
    assert await course() == first
    assert window.trouble == []


async def test_time_is_moved_by_any_step_and_a_channel_is_deleted(town: Town, bot: Bot, browser: Browser) -> None:
    window = await open_window(browser, f"{town.url}/developers")
    page = window.page
    await page.get_by_label("Adiantar").fill("3")
    await page.get_by_label("Unidade").select_option("86400")
    await page.get_by_role("button", name="Mover o relógio").click()
    await expect(page.get_by_role("button", name="Voltar à hora real")).to_be_visible()
    assert (await town.call("GET", "clock"))["offset_seconds"] == 3 * 86400
    await page.locator("[data-reconnect]").click()
    await expect(page.get_by_text("Nenhuma conexão está aberta; ninguém ouviu.")).to_be_visible()
    await page.get_by_text("Canais, pessoas e bots").click()
    await page.get_by_role("button", name="Excluir #geral").click()
    await expect(page.locator("[data-delete-channel]")).to_have_count(0)
    assert (await town.call("GET", "state"))["guilds"][0]["channels"] == []
    assert window.trouble == []


async def test_the_panel_says_what_was_wrong_with_a_request(town: Town, bot: Bot, browser: Browser) -> None:
    headers = {"Authorization": f"Bot {bot.token}"}
    body = {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "sem id"}]}]}
    refused = await town.web.post(f"/api/v10/channels/{town.geral}/messages", json=body, headers=headers)
    assert refused.status_code == 400
    window = await open_window(browser, town.channel_url())
    await window.page.locator('[data-pane="requests"]').click()
    panel = window.page.get_by_label("Pedidos do bot")
    await expect(panel.get_by_label("O que não está conforme").first).to_contain_text("custom_id")
    await expect(window.page.get_by_text("Validação: nenhuma resposta deste ambiente saiu errada")).to_be_visible()
    assert await window.faults_of_form() == []
