"""An invitation in a browser: sent, accepted from the letter, and what the new member then sees; axe finds nothing serious."""

import re

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.actions.invite_member import invite_member
from astra.core.journey.accounts.actions.rename_person import rename_person
from astra.core.journey.accounts.actions.rename_seller import rename_seller
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.permissions import FINANCE, MANAGER, STOCK, SUPPORT
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from tests.browser.test_pages import MODES, SHOTS, look_at, signed_in
from tests.support.cast import PASSWORD, make_seller
from tests.support.post import arrived
from tests.support.team import add_member, make_person

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(300)]

NOVA = "nova@equipe.example"


def test_invited_accepted_and_shown_only_what_the_role_may(live_address, chromium):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller = make_seller("marina@loja.example", "Lampião Digital")
    rename_person(user_id=seller.user_id, name="Marina")
    make_person(NOVA, "Nova")
    wrong: list[str] = []
    owners = chromium.new_context(locale="pt-BR", viewport={"width": 1280, "height": 900})
    page = owners.new_page()
    _come_in(page, live_address, seller.email)
    page.get_by_role("link", name="Equipe", exact=True).click()
    page.get_by_label("E-mail ou número do Discord").fill(NOVA)
    page.get_by_label("Função", exact=True).select_option("stock")
    page.get_by_role("button", name="Convidar").click()
    page.get_by_text("Convite enviado.").wait_for()

    found = re.search(r"https?://\S+/convite/[\w-]+/", str(arrived(NOVA)[-1].body))
    assert found
    theirs = chromium.new_context(locale="pt-BR", viewport={"width": 360, "height": 800})
    page = theirs.new_page()
    wrong += look_at(page, "invitation-360", found.group(0))
    page.get_by_role("link", name="Entrar", exact=True).click()
    page.get_by_label("E-mail").fill(NOVA)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.get_by_role("heading", name="Entrar na equipe da loja Lampião Digital?").wait_for()
    page.get_by_role("button", name="Aceitar").click()
    page.get_by_text("Boas-vindas à equipe da loja Lampião Digital.").wait_for()
    shown = page.locator(".navbar-nav .nav-link-title").all_inner_texts()
    assert "Produtos" in shown
    assert not {"Carteira", "Pedidos", "Plano"} & set(shown)
    page.goto(f"{live_address}/carteira/")
    page.get_by_role("heading", name="Sua função não permite isso").wait_for()
    wrong += [
        one
        for one in look_at(page, "refused-360", f"{live_address}/carteira/", missing=True)
        if "answered 403" not in one and "403 (Forbidden)" not in one
    ]
    wrong += look_at(page, "invitation-over-360", found.group(0), missing=True)
    assert not wrong, "\n".join(wrong)
    owners.close()
    theirs.close()


def test_the_teams_pages_in_every_mode(live_address, chromium):
    SHOTS.mkdir(parents=True, exist_ok=True)
    seller = make_seller("marina@loja.example", "Lampião Digital")
    rename_person(user_id=seller.user_id, name="Marina Tavares")
    boss = Actor("member", str(seller.user_id))
    people = {
        role: add_member(seller, role, f"{name}@lampiao.example") for role, name in ((MANAGER, "joana"), (STOCK, "ivo"), (SUPPORT, "caio"))
    }
    for role, name in ((MANAGER, "Joana Prado"), (STOCK, "Ivo"), (SUPPORT, "Caio Neves")):
        rename_person(user_id=people[role], name=name)
    joana = Actor("member", str(people[MANAGER]))
    create_product(
        seller_id=seller.id, name="Sertão 2084", description="", no_stock="refuse", variations=[NewVariation("Padrão", 3990)], actor=joana
    )
    rename_seller(seller_id=seller.id, name="Lampião Digital Jogos", actor=joana)
    invite_member(seller_id=seller.id, kind="email", address="bia.financeiro@contabil.example", role=FINANCE, actor=boss)
    invite_member(seller_id=seller.id, kind="discord", address="310000000000000001", role=SUPPORT, actor=joana)
    other = make_seller("otto@outra.example", "Outra Loja")
    invite_member(seller_id=other.id, kind="email", address=seller.email, role=SUPPORT, actor=Actor("member", str(other.user_id)))
    owner, stock = User.objects.get(id=seller.user_id), User.objects.get(id=people[STOCK])
    wrong: list[str] = []
    for width, theme in MODES:
        for person, pages in (
            (owner, {"team": "/equipe/", "member": f"/equipe/{people[MANAGER]}/", "shops": "/lojas/"}),
            (stock, {"team-stock": "/equipe/", "home-stock": "/", "products-stock": "/produtos/"}),
        ):
            context = signed_in(chromium, live_address, person, width, theme)
            page = context.new_page()
            for name, path in pages.items():
                wrong += look_at(page, f"{name}-{width}-{theme}", live_address + path)
            context.close()
    assert not wrong, "\n".join(wrong)


def _come_in(page, address: str, email: str) -> None:
    page.goto(f"{address}/conta/login/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Entrar", exact=True).click()
    page.wait_for_url(f"{address}/")
