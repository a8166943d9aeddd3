"""What is typed in the product's editor shows in the preview at once, read as the server will read it."""

from typing import Any

import pytest
from django.urls import reverse

from astra.core.journey.accounts.models import User
from tests.browser.test_pages import signed_in
from tests.support.cast import make_seller

pytestmark = [pytest.mark.browser, pytest.mark.commits, pytest.mark.timeout(120)]


def test_the_preview_follows_what_is_typed(live_address: str, chromium: Any) -> None:
    seller = make_seller("marina@loja.example", "Lampião Digital")
    context = signed_in(chromium, live_address, User.objects.get(id=seller.user_id), 1440, "light")
    page = context.new_page()
    page.goto(live_address + reverse("new_product"))
    price, start = page.locator("#preview-price"), page.locator("#preview-from")
    page.locator("[name=name]").fill("Sertão <b>2084</b>")
    page.locator("[name=description]").fill("  uma   linha\n\noutra\nque não cabe")
    assert page.locator("#preview-name").inner_text() == "Sertão <b>2084</b>"
    assert page.locator("#preview-description").inner_text() == "uma linha\noutra"
    read = {"19.90": "R$\xa019,90", "1.234,56": "R$\xa01.234,56", "1.234": "R$\xa01.234,00", "R$ 7": "R$\xa07,00"}
    for typed, shown in {**read, "abc": "…", "-5": "…", "1e9": "…", "19,999": "…", "": "…"}.items():
        page.locator("[name=variation_price_1]").fill(typed)
        assert price.inner_text() == shown, typed
    page.locator("[name=variation_price_1]").fill("39,90")
    assert not start.is_visible()
    page.locator("[name=variation_price_2]").fill("39,90")
    assert not start.is_visible()
    page.locator("[name=variation_price_2]").fill("19,90")
    assert start.is_visible()
    assert price.inner_text() == "R$\xa019,90"
    context.close()
