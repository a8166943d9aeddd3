"""A passkey in a browser: a device that Chromium plays opens the account, confirms, and is renamed and taken away."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.browser.test_pages import SHOTS, check_in_every_mode
from tests.support.cast import PASSWORD, make_seller
from tests.support.post import arrived

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(300)]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_opens_the_account_and_confirms(live_address, chromium):
    cache.clear()
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller = make_seller("lara@loja.example", "Loja da Lara")
    page = chromium.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    page.goto(live_address + reverse("account_login"))
    page.get_by_label("E-mail").fill(seller.email)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(f"{live_address}/")
    page.goto(live_address + reverse("mfa_add_webauthn"))
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Adicionar uma chave de acesso").wait_for()
    page.goto(live_address + reverse("mfa_add_webauthn"))
    wrong = check_in_every_mode(page, "passkey-new")
    # The owner does not put the finger on it: nothing is lost, and he reads what he can do.
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_label("Nome da chave de acesso").fill("Celular da Lara")
    page.get_by_role("button", name="Criar a chave de acesso").click()
    page.get_by_text("O aparelho não respondeu").wait_for()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Criar a chave de acesso").click()
    page.get_by_role("heading", name="Códigos de recuperação").wait_for()
    assert arrived(seller.email)[-1].subject == "Chave de acesso adicionada"
    page.goto(live_address + reverse("mfa_index"))
    wrong += check_in_every_mode(page, "security-passkey")
    assert page.get_by_text("Celular da Lara").is_visible()
    # Out, and in again by the passkey alone.
    page.context.clear_cookies(name="astra_session")
    page.goto(f"{live_address}{reverse('account_login')}?next={reverse('wallet')}")
    page.get_by_role("button", name="Entrar com sua chave de acesso").click()
    page.wait_for_url(live_address + reverse("wallet"))
    # By the password, the passkey is the second step.
    page.context.clear_cookies(name="astra_session")
    page.goto(live_address + reverse("account_login"))
    page.get_by_label("E-mail").fill(seller.email)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_role("button", name="Continuar com uma chave de acesso").wait_for()
    wrong += check_in_every_mode(page, "passkey-second-step")
    page.get_by_role("button", name="Continuar com uma chave de acesso").click()
    page.wait_for_url(f"{live_address}/")
    # It confirms before what is sensitive, and can be renamed and taken away.
    page.goto(f"{live_address}{reverse('mfa_reauthenticate_webauthn')}?next={reverse('mfa_index')}")
    wrong += check_in_every_mode(page, "passkey-confirm")
    page.get_by_role("button", name="Confirmar com uma chave de acesso").click()
    page.wait_for_url(live_address + reverse("mfa_index"))
    page.get_by_role("link", name="Renomear Celular da Lara").click()
    wrong += check_in_every_mode(page, "passkey-name")
    page.get_by_label("Nome da chave de acesso").fill("Chave da gaveta")
    page.get_by_role("button", name="Salvar").click()
    page.get_by_role("link", name="Remover Chave da gaveta").click()
    wrong += check_in_every_mode(page, "passkey-remove")
    page.get_by_role("button", name="Remover").click()
    page.get_by_text("Chave de acesso removida").wait_for()
    page.context.close()
    assert not wrong, "\n".join(wrong)
