"""How sellers come in, in a browser: sign-up, Discord, the second factor, an invitation, and the plan from its trial to coming back.

Every page on the way is looked at narrow and wide, light and dark, as it is at that moment: axe finds nothing serious. Passkeys, cards,
the profile and the team's other pages have files of their own beside this one.
"""

import datetime
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from csp.constants import SELF
from django.core.cache import cache
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.actions.rename_person import rename_person
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.actions.start_trial import start_trial
from astra.core.journey.billing.queries import invoices, plan_facts
from astra.core.journey.billing.sweeps import sweep_subscriptions
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts
from tests.browser.test_pages import SHOTS, check_in_every_mode, signed_in
from tests.support.cast import PASSWORD, make_seller
from tests.support.clock import MovableClock
from tests.support.discord_sandbox import DiscordInTest
from tests.support.post import arrived
from tests.support.queue import QueueInTest
from tests.support.team import make_person

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(300)]

NOVA = "nova@equipe.example"


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


@pytest.fixture
def opened(chromium: Any) -> Iterator[Callable[[], Any]]:
    """Opens a page of a new browser. None of them may complain, but of an answer that a test looks at itself."""
    said: list[str] = []

    def opened() -> Any:
        page = chromium.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce").new_page()
        page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        return page

    yield opened
    assert not [text for text in said if "Failed to load resource" not in text]


def sign_in(page: Any, email: str, password: str = PASSWORD) -> None:
    """By the form that is open."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Senha", exact=True).fill(password)
    page.get_by_role("button", name="Entrar", exact=True).click()


def test_a_person_signs_up_opens_the_shop_and_begins_the_trial(live_address, opened):
    page = opened()
    page.goto(live_address + reverse("account_signup"))
    page.get_by_label("E-mail").fill("nova@loja.example")
    page.get_by_label("Senha").fill("1234567890")
    page.get_by_role("button", name="Criar conta").click()
    # A password that everybody guesses: said beside the field, and what was typed is still there.
    page.get_by_text("senha é muito comum").first.wait_for()
    assert page.get_by_label("E-mail").input_value() == "nova@loja.example"
    wrong = check_in_every_mode(page, "sellers-sign-up-refused")
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Criar conta").click()
    page.get_by_role("heading", name="Olhe sua caixa de entrada").wait_for()
    letter = arrived()[0]
    assert letter.subject == "Confirme seu e-mail"
    link = next(line for line in letter.body.splitlines() if line.startswith("http"))
    assert link in letter.alternatives[0][0]
    page.goto(link)
    page.get_by_role("button", name="Confirmar e-mail").wait_for()
    wrong += check_in_every_mode(page, "sellers-confirm")
    page.get_by_role("button", name="Confirmar e-mail").click()
    sign_in(page, "nova@loja.example")
    page.get_by_label("Nome da loja").wait_for()
    wrong += check_in_every_mode(page, "sellers-open-shop")
    page.get_by_label("Nome da loja").fill("Loja Nova")
    page.get_by_role("button", name="Abrir a loja").click()
    page.get_by_role("link", name="Abrir o perfil").wait_for()
    wrong += check_in_every_mode(page, "sellers-first-visit")
    page.get_by_role("link", name="Abrir o perfil").click()
    page.get_by_label("Seu nome").fill("Nova")
    page.get_by_role("button", name="Salvar").first.click()
    page.get_by_role("link", name="Início").click()
    page.get_by_role("link", name="Ver o plano").click()
    page.get_by_role("button", name="Começar o teste").click()
    page.get_by_text("O teste começou.").wait_for()
    wrong += check_in_every_mode(page, "sellers-trial")
    page.get_by_role("link", name="Produtos").click()
    page.get_by_role("link", name="Criar o primeiro produto").click()
    # What follows the typing runs once the page is whole.
    page.wait_for_load_state("load")
    page.get_by_label("Nome", exact=True).fill("Sertão 2084")
    page.locator("#preview-name", has_text="Sertão 2084").wait_for()
    page.get_by_label("Variação").first.fill("Padrão")
    page.get_by_label("Preço").first.fill("39,90")
    page.locator("#preview-price", has_text="39,90").wait_for()
    page.get_by_role("button", name="Adicionar linha").click()
    page.get_by_label("Preço").nth(2).wait_for()
    assert page.get_by_label("Preço").count() == 3
    assert page.get_by_label("Nome", exact=True).input_value() == "Sertão 2084"
    page.get_by_role("button", name="Criar produto").click()
    page.get_by_text("Produto criado.").wait_for()
    page.context.close()
    assert not wrong, "\n".join(wrong)


def test_a_person_comes_in_by_discord(live_address, opened, discord):
    bia, page = discord.user("bia"), opened()
    page.goto(live_address + reverse("account_login"))
    wrong = check_in_every_mode(page, "sellers-login-discord")
    page.get_by_role("button", name="Entrar com Discord").click()
    page.get_by_role("heading", name="Autorizar um aplicativo").wait_for()
    wrong += check_in_every_mode(page, "sellers-discord-consent")
    page.get_by_label("Responder como").select_option(bia)
    page.get_by_role("button", name="Cancelar").click()
    page.get_by_role("heading", name="Você não autorizou no Discord").wait_for()
    wrong += check_in_every_mode(page, "sellers-discord-cancelled")
    page.get_by_role("button", name="Entrar com Discord").click()
    page.get_by_label("Responder como").select_option(bia)
    page.get_by_role("button", name="Autorizar").click()
    page.wait_for_url(live_address + reverse("socialaccount_signup"))
    wrong += check_in_every_mode(page, "sellers-discord-sign-up")
    assert page.get_by_label("E-mail").input_value() == "bia@example.com"
    page.get_by_role("button", name="Criar conta").click()
    page.wait_for_url(f"{live_address}{reverse('open_shop')}")
    for name, route in (("security", "mfa_index"), ("unlink", "socialaccount_connections"), ("confirm", "discord_reauthenticate")):
        page.goto(live_address + reverse(route))
        wrong += check_in_every_mode(page, f"sellers-discord-{name}")
    # Somebody else's address opens nothing of his.
    make_seller("bia@taken.example", "Outra Loja")
    discord.change_user(taken := discord.user("taken"), email="bia@taken.example")
    stranger = opened()
    stranger.goto(live_address + reverse("discord_login"))
    wrong += check_in_every_mode(stranger, "sellers-discord-begin")
    stranger.get_by_role("button", name="Continuar para o Discord").click()
    stranger.get_by_label("Responder como").select_option(taken)
    stranger.get_by_role("button", name="Autorizar").click()
    stranger.get_by_role("heading", name="Você já tem uma conta").wait_for()
    wrong += check_in_every_mode(stranger, "sellers-discord-taken")
    page.context.close()
    stranger.context.close()
    assert not wrong, "\n".join(wrong)


def test_an_authenticator_app_is_added_asked_for_and_outlived_by_a_recovery_code(live_address, opened):
    seller, page = make_seller("lara@loja.example", "Loja da Lara"), opened()
    page.goto(live_address + reverse("account_login"))
    sign_in(page, seller.email)
    page.wait_for_url(f"{live_address}/")
    page.goto(live_address + reverse("mfa_index"))
    wrong = check_in_every_mode(page, "sellers-security")
    page.get_by_role("link", name="Configurar").click()
    page.get_by_label("Senha").wait_for()
    wrong += check_in_every_mode(page, "sellers-confirm-password")
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("heading", name="Configurar o aplicativo autenticador").wait_for()
    wrong += check_in_every_mode(page, "sellers-app")
    picture = page.get_by_alt_text("QR code com a chave do seu aplicativo")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    secret = page.locator("#app-key").inner_text().strip()
    page.get_by_label("Código").fill(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    page.get_by_role("button", name="Ativar").click()
    page.get_by_role("heading", name="Códigos de recuperação").wait_for()
    wrong += check_in_every_mode(page, "sellers-codes")
    with page.expect_download() as download:
        page.get_by_role("link", name="Baixar como texto").click()
    codes = [one for one in download.value.path().read_text().split() if one.isdecimal()]
    assert len(codes) == 10
    assert arrived()[-1].subject == "Aplicativo autenticador adicionado"
    page.goto(live_address + reverse("mfa_index"))
    wrong += check_in_every_mode(page, "sellers-security-on")
    # The password alone no longer opens; a recovery code does.
    other = opened()
    other.goto(live_address + reverse("account_login"))
    sign_in(other, seller.email)
    other.get_by_label("Código").fill("000000")
    other.get_by_role("button", name="Entrar", exact=True).click()
    other.get_by_text("Este código está errado").wait_for()
    wrong += check_in_every_mode(other, "sellers-code-refused")
    other.get_by_label("Código").fill(codes[0])
    other.get_by_role("button", name="Entrar", exact=True).click()
    other.wait_for_url(f"{live_address}/")
    page.context.close()
    other.context.close()
    assert not wrong, "\n".join(wrong)


def test_invited_accepted_and_shown_only_what_the_role_may(live_address, opened):
    seller = make_seller("marina@loja.example", "Lampião Digital")
    rename_person(user_id=seller.user_id, name="Marina")
    make_person(NOVA, "Nova")
    page = opened()
    page.goto(live_address + reverse("account_login"))
    sign_in(page, seller.email)
    page.get_by_role("link", name="Equipe", exact=True).click()
    page.get_by_label("E-mail ou número do Discord").fill(NOVA)
    page.get_by_label("Função", exact=True).select_option("stock")
    page.get_by_role("button", name="Convidar").click()
    page.get_by_text("Convite enviado.").wait_for()
    wrong = check_in_every_mode(page, "sellers-invited")

    found = re.search(r"https?://\S+/convite/[\w-]+/", str(arrived(NOVA)[-1].body))
    assert found
    theirs = opened()
    theirs.goto(found.group(0))
    wrong += check_in_every_mode(theirs, "sellers-invitation")
    theirs.get_by_role("link", name="Entrar", exact=True).click()
    sign_in(theirs, NOVA)
    theirs.get_by_role("heading", name="Entrar na equipe da loja Lampião Digital?").wait_for()
    wrong += check_in_every_mode(theirs, "sellers-invitation-signed-in")
    theirs.get_by_role("button", name="Aceitar").click()
    theirs.get_by_text("Boas-vindas à equipe da loja Lampião Digital.").wait_for()
    shown = theirs.locator(".navbar-nav .nav-link-title").all_inner_texts()
    assert "Produtos" in shown
    assert not {"Carteira", "Pedidos", "Plano"} & set(shown)
    theirs.goto(live_address + reverse("wallet"))
    theirs.get_by_role("heading", name="Sua função não permite isso").wait_for()
    wrong += check_in_every_mode(theirs, "sellers-refused")
    assert theirs.goto(found.group(0)).status == 404
    wrong += check_in_every_mode(theirs, "sellers-invitation-over")
    page.context.close()
    theirs.context.close()
    assert not wrong, "\n".join(wrong)


def test_a_plan_from_its_trial_to_coming_back(live_address, chromium, payment_provider):
    seller, queue, clock = make_seller("paula@loja.example", "Loja da Paula"), QueueInTest(), MovableClock()
    page = signed_in(chromium, live_address, User.objects.get(id=seller.user_id), 1280, "light").new_page()
    wrong: list[str] = []

    def look(name: str) -> None:
        wrong.extend(check_in_every_mode(page, f"sellers-plan-{name}"))

    def settle() -> str:
        queue.run("payments.send_charge")
        owed = next(one for one in invoices(seller.id) if one.state == "open")
        assert owed.charge_id is not None
        payment_provider.pay(charge_facts(seller.id, owed.charge_id).provider_id)
        take_reading(seller_id=seller.id, charge_id=owed.charge_id)
        return reverse("plan_receipt", args=[owed.id])

    def days_after_the_end(days: float) -> None:
        facts = plan_facts(seller.id)
        assert facts is not None
        clock.move(seconds=(facts.ends_at + datetime.timedelta(days=days) - clock.now()).total_seconds())
        sweep_subscriptions()
        queue.run("payments.send_charge")
        page.goto(live_address + reverse("plan"))

    start_trial(seller_id=seller.id, actor=Actor("member", str(seller.user_id)))
    page.goto(live_address + reverse("plan"))
    page.get_by_text("em teste").first.wait_for()
    look("trial")
    page.get_by_role("link", name="Escolher Começo").click()
    page.get_by_text("A pagar agora").wait_for()
    look("change")
    page.get_by_role("button", name="Pagar com PIX").or_(page.get_by_role("button", name="Pagar por PIX")).click()
    page.get_by_text("está sendo gerado").wait_for()
    queue.run("payments.send_charge")
    page.get_by_role("img", name="QR code do PIX").wait_for()
    look("pix")
    receipt = settle()
    page.get_by_text("Os limites do plano já valem").wait_for()
    look("paid")
    page.goto(live_address + receipt)
    look("receipt")
    page.goto(live_address + reverse("plan"))
    page.get_by_text("Renova em").wait_for()
    look("active")

    days_after_the_end(-5)
    page.get_by_role("link", name="Pagar R$").wait_for()
    look("renewal")
    days_after_the_end(1)
    page.get_by_text("esperando o pagamento").first.wait_for()
    look("past-due")
    assert allowance(seller.id).may_sell
    days_after_the_end(6)
    page.get_by_text("Nenhum pedido novo é aceito").first.wait_for()
    look("suspended")
    assert not allowance(seller.id).may_sell
    page.get_by_role("link", name="Pagar R$").click()
    page.get_by_role("button", name="Gerar um novo PIX").click()
    page.get_by_text("Aqui está o PIX").wait_for()
    settle()
    page.goto(live_address + reverse("plan"))
    page.get_by_text("Renova em").wait_for()
    look("back")
    assert allowance(seller.id).may_sell
    page.context.close()
    assert not wrong, "\n".join(wrong)
