"""An application through which people sign in: its secret, its addresses, and the page where a person agrees."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Browser, expect

from .town import ROOT, Town
from .window import open_window

pytestmark = pytest.mark.browser
SHOTS = Path(ROOT) / "build" / "screenshots"
BACK = "http://localhost:9/volta/"
MODES = [(1440, "light"), (360, "dark"), (1440, "dark"), (360, "light")]


async def test_a_secret_is_made_and_addresses_are_said(town: Town, browser: Browser) -> None:
    app = await town.call("POST", "applications", name="Portal da Lara")
    window = await open_window(browser, f"{town.url}/developers", width=360, color_scheme="dark")
    page = window.page
    await page.get_by_text("Login com o Discord (OAuth2)").click()
    box = page.get_by_label("Endereços de retorno, um por linha")
    await box.fill("javascript:alert(1)")
    await page.get_by_role("button", name="Salvar os endereços").click()
    await expect(page.locator("[data-sign-in] .p-told.fail")).not_to_be_empty()
    assert (await town.call("GET", f"applications/{app['id']}"))["redirect_uris"] == []
    await box.fill(f"  {BACK}\n\nhttp://localhost:9/outra/ ")
    await page.get_by_role("button", name="Salvar os endereços").click()
    await expect(page.get_by_text("Salvo. Endereços: 2.")).to_be_visible()
    assert (await town.call("GET", f"applications/{app['id']}"))["redirect_uris"] == [BACK, "http://localhost:9/outra/"]
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / "sandbox-sign-in-360-dark.png", full_page=True)
    assert await window.faults_of_form() == []
    await page.get_by_role("button", name="Novo segredo do cliente").click()
    secret = str(await page.locator("[data-client-secret]").text_content())
    form = {"client_id": app["id"], "client_secret": secret, "grant_type": "client_credentials", "scope": "identify"}
    assert (await town.web.post("/api/v10/oauth2/token", data=form)).status_code == 200
    form["client_secret"] = app["client_secret"]
    assert (await town.web.post("/api/v10/oauth2/token", data=form)).status_code == 401, "the old one ends with the new one"
    await page.reload()
    assert secret not in await page.content()
    # The refused addresses are the one complaint of the console.
    assert [told for told in window.trouble if "400" not in told] == []


@pytest.mark.parametrize(("width", "scheme"), MODES)
async def test_a_person_agrees_and_is_known_the_next_time(town: Town, browser: Browser, width: int, scheme: str) -> None:
    caio = (await town.call("POST", "users", username="caio", global_name="Caio"))["id"]
    app = await town.call("POST", "applications", name="Portal da Lara")
    await town.call("PATCH", f"applications/{app['id']}", redirect_uris=[BACK])
    query = {"client_id": app["id"], "response_type": "code", "redirect_uri": BACK, "scope": "identify email", "state": "s"}
    address = f"{town.url}/oauth2/authorize?{urlencode(query)}"
    window = await open_window(browser, address, width=width, color_scheme=scheme)
    page = window.page
    await expect(page.get_by_role("listitem")).to_have_text(["Ver seu nome e sua foto identify", "Ver seu endereço de e-mail email"])
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"sandbox-consent-{width}-{scheme}.png")
    assert await window.faults_of_form() == []
    await page.get_by_label("Responder como").select_option(caio)
    await page.route(f"{BACK}**", lambda route: route.fulfill(body="ok"))
    await page.get_by_role("button", name="Autorizar").click()
    await page.wait_for_url(f"{BACK}**")
    told = parse_qs(urlsplit(page.url).query)
    assert (told["state"], len(told["code"][0]) > 20) == (["s"], True)
    await page.goto(address)
    await expect(page.get_by_label("Responder como")).to_have_value(caio)
    await page.goto(address.replace("localhost%3A9", "evil.example"))
    await expect(page.get_by_role("alert")).to_contain_text("não registrou o endereço")
