"""How sellers come in, in a browser: through the offline Discord's own page, and with a passkey of a device that Chromium plays."""

from typing import Any

import pytest
from csp.constants import SELF
from django.core.cache import cache
from django.urls import reverse

from tests.browser.test_pages import SHOTS, check, look_at
from tests.support.cast import PASSWORD, make_seller
from tests.support.discord_sandbox import DiscordInTest
from tests.support.post import arrived

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(300)]
MODES = [(1440, "light"), (360, "dark")]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()
    SHOTS.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def discord(discord_sandbox: DiscordInTest, live_address: str, settings: Any) -> DiscordInTest:
    """The offline Discord, with an application that leads back to the live server."""
    settings.ASTRA_DISCORD_SITE = discord_sandbox.url
    settings.ASTRA_DISCORD_CLIENT_ID, settings.ASTRA_DISCORD_CLIENT_SECRET = discord_sandbox.sign_in_application(
        live_address + reverse("discord_callback")
    )
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": [SELF, discord_sandbox.url]}}
    return discord_sandbox


def opened(chromium: Any, address: str, width: int, theme: str) -> Any:
    """A page of a new browser."""
    context = chromium.new_context(locale="pt-BR", viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    context.add_cookies([{"name": "astra_theme", "value": theme, "url": address}])
    return context.new_page()


def sign_in(page: Any, address: str, email: str) -> None:
    """By the form."""
    page.goto(address + reverse("account_login"))
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(f"{address}/")


@pytest.mark.parametrize(("width", "theme"), MODES)
def test_a_person_comes_in_by_discord(live_address, chromium, discord, width, theme):
    name = f"bia_{width}"
    bia = discord.user(name)
    page, mode = opened(chromium, live_address, width, theme), f"{width}-{theme}"
    wrong = look_at(page, f"login-discord-{mode}", live_address + reverse("account_login"))
    page.get_by_role("button", name="Entrar com Discord").click()
    page.get_by_role("heading", name="Autorizar um aplicativo").wait_for()
    wrong += check(page, f"discord-consent-{mode}")
    page.get_by_label("Responder como").select_option(bia)
    page.get_by_role("button", name="Cancelar").click()
    page.get_by_role("heading", name="Você não autorizou no Discord").wait_for()
    wrong += check(page, f"discord-cancelled-{mode}")
    page.get_by_role("button", name="Entrar com Discord").click()
    page.get_by_label("Responder como").select_option(bia)
    page.get_by_role("button", name="Autorizar").click()
    page.wait_for_url(live_address + reverse("socialaccount_signup"))
    wrong += check(page, f"discord-sign-up-{mode}")
    assert page.get_by_label("E-mail").input_value() == f"{name}@example.com"
    page.get_by_role("button", name="Criar conta").click()
    page.wait_for_url(f"{live_address}{reverse('open_shop')}")
    wrong += look_at(page, f"security-discord-{mode}", live_address + reverse("mfa_index"))
    wrong += look_at(page, f"discord-unlink-{mode}", live_address + reverse("socialaccount_connections"))
    wrong += look_at(page, f"discord-confirm-{mode}", live_address + reverse("discord_reauthenticate"))
    make_seller(f"{name}@taken.example", "Outra Loja")
    discord.change_user(taken := discord.user(f"taken_{width}"), email=f"{name}@taken.example")
    stranger = opened(chromium, live_address, width, theme)
    stranger.goto(live_address + reverse("discord_login"))
    wrong += check(stranger, f"discord-begin-{mode}")
    stranger.get_by_role("button", name="Continuar para o Discord").click()
    stranger.get_by_label("Responder como").select_option(taken)
    stranger.get_by_role("button", name="Autorizar").click()
    stranger.get_by_role("heading", name="Você já tem uma conta").wait_for()
    wrong += [one for one in check(stranger, f"discord-taken-{mode}") if "409" not in one]
    page.context.close()
    stranger.context.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("width", "theme"), MODES)
def test_a_passkey_opens_the_account_and_confirms(live_address, chromium, width, theme):
    seller = make_seller("lara@loja.example", "Loja da Lara")
    page, mode = opened(chromium, live_address, width, theme), f"{width}-{theme}"
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
    sign_in(page, live_address, seller.email)
    page.goto(live_address + reverse("mfa_add_webauthn"))
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Adicionar uma chave de acesso").wait_for()
    wrong = look_at(page, f"passkey-new-{mode}", live_address + reverse("mfa_add_webauthn"))
    # The owner does not put the finger on it: nothing is lost, and he reads what he can do.
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_label("Nome da chave de acesso").fill("Celular da Lara")
    page.get_by_role("button", name="Criar a chave de acesso").click()
    page.get_by_text("O aparelho não respondeu").wait_for()
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name="Criar a chave de acesso").click()
    page.get_by_role("heading", name="Códigos de recuperação").wait_for()
    assert arrived(seller.email)[-1].subject == "Chave de acesso adicionada"
    wrong += look_at(page, f"security-passkey-{mode}", live_address + reverse("mfa_index"))
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
    wrong += check(page, f"passkey-second-step-{mode}")
    page.get_by_role("button", name="Continuar com uma chave de acesso").click()
    page.wait_for_url(f"{live_address}/")
    # It confirms before what is sensitive, and can be renamed and taken away.
    wrong += look_at(page, f"passkey-confirm-{mode}", f"{live_address}{reverse('mfa_reauthenticate_webauthn')}?next={reverse('mfa_index')}")
    page.get_by_role("button", name="Confirmar com uma chave de acesso").click()
    page.wait_for_url(live_address + reverse("mfa_index"))
    page.get_by_role("link", name="Renomear Celular da Lara").click()
    wrong += check(page, f"passkey-name-{mode}")
    page.get_by_label("Nome da chave de acesso").fill("Chave da gaveta")
    page.get_by_role("button", name="Salvar").click()
    page.get_by_role("link", name="Remover Chave da gaveta").click()
    wrong += check(page, f"passkey-remove-{mode}")
    page.get_by_role("button", name="Remover").click()
    page.get_by_text("Chave de acesso removida").wait_for()
    page.context.close()
    assert not wrong, "\n".join(wrong)
