"""The editor's preview promises no more and no less than the card that buyers get."""

import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.actions.archive_product import archive_product
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.surfaces.discord.screens.card import card

ACTOR = Actor("member", "1")
DESCRIPTION = "  Chave   para PC.\n\nEntrega na hora.\nTerceira linha, que só aparece em Detalhes."
CASES = {
    "one price": ("refuse", [1990], [3], False),
    "two variations at one price": ("refuse", [1990, 1990], [1, 0], False),
    "two prices": ("refuse", [3990, 1990], [25, 0], False),
    "many small stocks": ("refuse", [100, 200, 300], [15, 15, 15], False),
    "sold out": ("refuse", [1990, 2990], [0, 0], False),
    "sold out, waits": ("wait", [1990], [0], False),
    "archived": ("refuse", [1990, 2990], [5, 0], True),
}


@pytest.mark.parametrize("case", CASES)
def test_the_preview_is_the_card(client: Any, seller: Any, case: str) -> None:
    no_stock, prices, stocks, is_archived = CASES[case]
    product_id = create_product(
        seller_id=seller.id,
        name="Sertão 2084",
        description=DESCRIPTION,
        no_stock=no_stock,
        variations=[NewVariation(f"V{at}", price) for at, price in enumerate(prices)],
        actor=ACTOR,
    )
    for one, count in zip(product_facts(seller.id, product_id).variations, stocks, strict=True):
        if count:
            import_stock(seller_id=seller.id, variation_id=one.id, text="\n".join(f"{one.name}-{at}" for at in range(count)), actor=ACTOR)
    if is_archived:
        archive_product(seller_id=seller.id, product_id=product_id, actor=ACTOR)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-BR"
    client.force_login(User.objects.get(id=seller.user_id))
    page = client.get(reverse("product", args=[product_id])).content.decode()
    with translation.override("pt-br"):
        container = card(product_facts(seller.id, product_id)).components[0]
    title, _line, about, buttons = container["components"]
    name, *description = title["content"].splitlines()
    price, stock = about["content"].replace("**", "").replace("-# ", "").splitlines()
    shown = _shown(page)
    assert shown["name"] == name.removeprefix("## ")
    assert shown["description"] == "\n".join(description)
    assert shown["price"] == price
    assert shown["stock"] == stock
    assert shown["buttons"] == [one["label"] for one in buttons["components"]]
    assert shown["is_closed"] == bool(buttons["components"][0].get("disabled"))


def test_a_new_product_is_shown_as_it_will_look_with_stock(client: Any, seller: Any) -> None:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-BR"
    client.force_login(User.objects.get(id=seller.user_id))
    shown = _shown(client.get(reverse("new_product")).content.decode())
    assert (shown["price"], shown["stock"], shown["is_closed"]) == ("…", "Disponível", False)


def _shown(page: str) -> dict[str, Any]:
    """The preview as it is seen: what is hidden is gone."""
    box = page[page.index('<div class="box') : page.index("</form>", page.index('<div class="box'))]
    seen = re.sub(r"<span[^>]*\shidden>.*?</span>", "", box, flags=re.DOTALL)

    def inner(pattern: str) -> str:
        found = re.search(pattern, seen, re.DOTALL)
        assert found is not None, pattern
        return re.sub(r"<[^>]+>", "", found[1]).strip()

    return {
        "name": inner(r'id="preview-name"[^>]*>(.*?)</h3>'),
        "description": inner(r'id="preview-description"[^>]*>(.*?)</p>'),
        "price": inner(r"<hr>\s*<p>(.*?)<br>"),
        "stock": inner(r"<br>(.*?)</p>"),
        "buttons": re.findall(r'<span class="b(?: ok)?">(.*?)</span>', seen),
        "is_closed": 'class="box closed"' in seen,
    }
