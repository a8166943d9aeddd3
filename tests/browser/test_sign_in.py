"""Adding an authenticator app in a browser: the picture shows, codes come once, nothing breaks in any mode."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.urls import reverse

from tests.browser.test_pages import SHOTS, look_at
from tests.support.cast import PASSWORD, make_seller
from tests.support.post import arrived

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(300)]


@pytest.mark.parametrize(("width", "theme"), [(1440, "light"), (360, "dark")])
def test_an_app_is_added(live_address, chromium, width, theme):
    cache.clear()
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller = make_seller("lara@loja.example", "Loja da Lara")
    context = chromium.new_context(locale="pt-BR", viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    context.add_cookies([{"name": "astra_theme", "value": theme, "url": live_address}])
    page = context.new_page()
    page.goto(f"{live_address}{reverse('account_login')}")
    page.get_by_label("E-mail").fill(seller.email)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(f"{live_address}/")
    wrong = look_at(page, f"security-{width}-{theme}", live_address + reverse("mfa_index"))
    page.get_by_role("link", name="Configurar").click()
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Configurar o aplicativo autenticador").wait_for()
    wrong += look_at(page, f"security-app-{width}-{theme}", live_address + reverse("mfa_activate_totp"))
    picture = page.get_by_alt_text("QR code com a chave do seu aplicativo")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator("#app-key").inner_text().strip()
    page.get_by_label("Código").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Ativar").click()
    page.get_by_role("heading", name="Códigos de recuperação").wait_for()
    page.screenshot(path=str(SHOTS / f"security-codes-{width}-{theme}.png"), full_page=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar como texto").click()
    assert len(download.value.path().read_text().split()) == 11
    assert arrived()[-1].subject == "Aplicativo autenticador adicionado"
    wrong += look_at(page, f"security-on-{width}-{theme}", live_address + reverse("mfa_index"))
    context.close()
    assert not wrong, "\n".join(wrong)
