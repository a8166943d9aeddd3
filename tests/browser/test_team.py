"""The team's pages in a browser: the owner's, a member's, and what is left of the shop for a role; axe finds nothing serious."""

import pytest

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.actions.invite_member import invite_member
from astra.core.journey.accounts.actions.rename_person import rename_person
from astra.core.journey.accounts.actions.rename_seller import rename_seller
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.permissions import FINANCE, MANAGER, STOCK, SUPPORT
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from tests.browser.test_pages import MODES, SHOTS, look_at, signed_in
from tests.support.cast import make_seller
from tests.support.team import add_member

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(300)]


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
