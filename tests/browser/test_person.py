"""The person's own pages in a browser: profile, letters in the mailbox, taking the data along, leaving and staying; axe finds nothing."""

import io
import zipfile
from pathlib import Path

import pytest
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.actions.write_letter import write_letter
from astra.core.journey.accounts.closing_letters import asked_letter
from astra.core.journey.accounts.closings import closing_of
from astra.core.journey.accounts.holder import holder_of
from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.sandbox.mail.tests.test_mail import start
from tests.browser.test_pages import MODES, SHOTS, look_at, signed_in
from tests.support.cast import PASSWORD, SellerInTest, make_seller
from tests.support.queue import QueueInTest

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(600)]


def shop() -> SellerInTest:
    seller = make_seller("paula@loja.example", "Loja da Paula")
    actor = Actor("member", str(seller.user_id))
    product_id = create_product(
        seller_id=seller.id, name="Jogo", description="", no_stock="refuse", variations=[NewVariation("Único", 1000)], actor=actor
    )
    variation = product_facts(seller.id, product_id).variations[0]
    import_stock(seller_id=seller.id, variation_id=variation.id, text="CHAVE-DA-PAULA", actor=actor)
    return seller


def test_a_person_keeps_a_profile_takes_the_data_along_leaves_and_stays(live_address, chromium):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller, queue = shop(), QueueInTest()
    User.objects.filter(id=seller.user_id).update(name="")
    user = User.objects.get(id=seller.user_id)
    wrong: list[str] = []

    def look(name: str, path: str) -> None:
        for width, theme in MODES:
            context = signed_in(chromium, live_address, user, width, theme)
            wrong.extend(look_at(context.new_page(), f"person-{name}-{width}-{theme}", live_address + path))
            context.close()

    context = chromium.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.goto(live_address + reverse("account_login"))
    page.get_by_label("E-mail").fill(seller.email)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_role("link", name="Abrir o perfil").wait_for()
    look("first-screen", reverse("home"))

    page.goto(live_address + reverse("account"))
    page.get_by_label("Seu nome").fill("Paula")
    page.get_by_label("Fuso horário").select_option("America/Manaus")
    page.get_by_role("button", name="Salvar", exact=True).first.click()
    page.get_by_text("Salvo.").wait_for()
    page.get_by_label("Nome legal completo").fill("Paula Souza")
    page.get_by_label("CPF ou CNPJ").fill("529.982.247-26")
    page.get_by_role("button", name="Salvar o titular").click()
    page.get_by_text("Informe o nome completo do titular e um CPF ou CNPJ válido").wait_for()
    assert page.get_by_label("Nome legal completo").input_value() == "Paula Souza"
    look("profile", reverse("account"))
    page.get_by_label("CPF ou CNPJ").fill("12.ABC.345/01DE-35")
    page.get_by_role("button", name="Salvar o titular").click()
    page.get_by_text("••.ABC.345/01DE-••").wait_for()
    page.locator("#letters").get_by_label("Carteira").uncheck()
    page.locator("#letters").get_by_role("button", name="Salvar").click()
    page.get_by_text("Salvo.").wait_for()
    user.refresh_from_db()
    assert (user.name, user.time_zone, user.unwanted_letters) == ("Paula", "America/Manaus", ["wallet"])
    assert holder_of(seller.id).name == "Paula Souza"
    look("profile-kept", reverse("account"))

    page.goto(live_address + reverse("leaving"))
    page.get_by_label("Com os textos do meu estoque").check()
    page.get_by_role("button", name="Reunir meus dados").click()
    page.get_by_text("Sendo gerada").wait_for()
    look("export-asked", reverse("leaving"))
    queue.run("accounts.make_export")
    page.get_by_text("Pronta").wait_for()
    with page.expect_download() as got:
        page.get_by_role("button", name="Baixar").click()
    with zipfile.ZipFile(io.BytesIO(Path(got.value.path()).read_bytes())) as archive:
        assert "CHAVE-DA-PAULA" in archive.read("catalog/stock_items.json").decode()
    look("export-ready", reverse("leaving"))

    page.get_by_label("Nome da loja").fill("Loja da Paula")
    page.get_by_role("button", name="Apagar a conta").click()
    page.get_by_role("button", name="Manter minha conta").wait_for()
    assert closing_of(seller.id) is not None
    look("leaving", reverse("leaving"))
    look("home-leaving", reverse("home"))
    page.get_by_role("button", name="Manter minha conta").click()
    page.get_by_text("Sua conta fica.").wait_for()
    assert closing_of(seller.id) is None
    context.close()
    assert not wrong, "\n".join(wrong)


def test_the_demos_mailbox_shows_a_letter_in_both_forms(own_database, chromium, settings):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller = make_seller("paula@loja.example", "Loja da Paula")
    mailbox = start()
    try:
        smtp = mailbox.web.get("/api/address").json()["smtp"]
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = smtp["host"], smtp["port"]
        from astra.core.foundation.clock import current_instant

        due_at = current_instant()
        assert write_letter(user_id=seller.user_id, topic="account", letter=lambda: asked_letter("Loja <da> Paula", due_at))
        QueueInTest().run("accounts.send_letter")
        (kept,) = mailbox.web.get("/api/messages", params={"to": seller.email}).json()
        assert kept["text"]
        assert kept["html"]
        wrong: list[str] = []
        for width, theme in MODES:
            context = signed_in(chromium, str(mailbox.web.base_url), None, width, theme)
            page = context.new_page()
            name = f"person-mailbox-{width}-{theme}"
            wrong.extend(look_at(page, name, f"{mailbox.web.base_url}/messages/{kept['id']}"))
            frame = page.frame_locator("iframe")
            assert frame.get_by_role("heading", name="Sua conta será apagada em").count() == 1
            assert frame.get_by_text("Loja <da> Paula").count() >= 1
            assert frame.get_by_role("link", name="Ver ou desfazer").get_attribute("href").endswith(reverse("leaving"))
            page.goto(f"{mailbox.web.base_url}/messages/{kept['id']}/html")
            page.screenshot(path=str(SHOTS / f"person-letter-{width}-{theme}.png"), full_page=True)
            context.close()
        assert not wrong, "\n".join(wrong)
    finally:
        mailbox.stop()
