"""The seller's pages, driven as a browser without JavaScript would."""

import datetime
import re
import uuid

import pytest
from django.urls import reverse
from django.utils.translation import override

from astra.core.foundation.audit import Actor
from astra.core.journey.accounts.models import User
from astra.core.journey.accounts.queries import seller_of
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.queries import coupons, products
from astra.core.journey.publication.queries import PublicationFacts
from astra.core.surfaces.portal.words import publication_word
from tests.support.cast import PASSWORD


@pytest.fixture
def browser(client, seller):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-BR"
    client.force_login(User.objects.get(id=seller.user_id))
    return client


@pytest.fixture
def product_id(seller):
    return create_product(
        seller_id=seller.id,
        name="Sertão 2084",
        description="Chave",
        no_stock="refuse",
        variations=[NewVariation("Padrão", 3990), NewVariation("Deluxe", 6490)],
        actor=Actor("member", str(seller.user_id)),
    )


def test_without_signing_in_every_page_leads_to_sign_in(client, db):
    for name in ("home", "plan", "instances", "products", "coupons", "account"):
        answer = client.get(reverse(name))
        assert answer.status_code == 302, name
        assert answer.url.startswith(reverse("account_login")), name


def test_a_person_without_a_shop_names_it_first(client, db):
    person = User.objects.create_user("nova@loja.example", PASSWORD)
    client.force_login(person)
    assert client.get(reverse("plan")).url == reverse("open_shop")
    assert "obrigatório" in client.post(reverse("open_shop"), {"name": ""}).content.decode()
    assert client.post(reverse("open_shop"), {"name": "Loja Nova"}).url == reverse("home")
    assert seller_of(person.id)
    assert client.get(reverse("open_shop")).url == reverse("home")


def test_the_trial_starts_once(client, db):
    person = User.objects.create_user("nova@loja.example", PASSWORD)
    client.force_login(person)
    client.post(reverse("open_shop"), {"name": "Loja Nova"})
    assert "Começar o teste" in client.get(reverse("plan")).content.decode()
    client.post(reverse("start_trial"))
    assert "7 dias restantes" in client.get(reverse("plan")).content.decode()
    client.post(reverse("start_trial"))
    assert "já foi usado" in client.get(reverse("plan")).content.decode()


def test_a_product_is_made_with_prices_as_people_write_them(browser, seller):
    answer = browser.post(
        reverse("new_product"),
        {
            "name": "Moedas",
            "description": "",
            "no_stock": "wait",
            "variation_name_1": "500",
            "variation_price_1": "R$ 1.019,90",
            "variation_name_2": "100",
            "variation_price_2": "19.90",
            "variation_name_3": "",
            "variation_price_3": "",
        },
    )
    facts = products(seller.id)[0]
    assert answer.url == reverse("stock", args=[facts.id])
    assert [(one.name, one.price_minor) for one in facts.variations] == [("500", 101990), ("100", 1990)]
    assert facts.no_stock == "wait"


def test_what_was_typed_stays_beside_the_error(browser, seller):
    page = browser.post(
        reverse("new_product"),
        {"name": "Moedas", "no_stock": "refuse", "variation_name_1": "500", "variation_price_1": "dez reais"},
    ).content.decode()
    assert "dez reais" in page
    assert "Escreva um valor como 19,90." in page
    assert re.search(r'id="id_variation_price_1"[^>]*aria-invalid="true"|aria-invalid="true"[^>]*id="id_variation_price_1"', page)
    assert not products(seller.id)


def test_another_row_keeps_what_was_typed(browser, seller):
    page = browser.post(
        reverse("new_product"), {"name": "Moedas", "more": "1", "variation_name_1": "500", "variation_name_2": "x"}
    ).content.decode()
    assert 'name="variation_name_3"' in page
    assert 'value="500"' in page
    assert not products(seller.id)


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "db.DatabaseCache"])
def test_a_form_sent_twice_acts_once(browser, seller, settings, backend):
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "foundation_cache"}}
    page = browser.get(reverse("new_product")).content.decode()
    token = re.search(r'name="form_token" value="([^"]+)"', page)[1]
    fields = {"name": "Moedas", "no_stock": "refuse", "variation_name_1": "500", "variation_price_1": "10", "form_token": token}
    first = browser.post(reverse("new_product"), fields)
    second = browser.post(reverse("new_product"), fields)
    assert first.url == second.url
    assert len(products(seller.id)) == 1


def test_what_is_wrong_with_variations_is_said_beside_them(browser, seller):
    fields = {"name": "Moedas", "no_stock": "refuse"}
    twice = {"variation_name_1": "500", "variation_price_1": "10", "variation_name_2": "500 ", "variation_price_2": "12"}
    for row, sent in (("2", fields | twice), ("1", fields), ("1", {"name": "", "no_stock": "refuse"})):
        page = browser.post(reverse("new_product"), sent).content.decode()
        assert f'id="id_variation_name_{row}_error"' in page
    assert not products(seller.id)


def test_an_edited_product_keeps_the_row_it_had(browser, seller, product_id):
    before = products(seller.id)[0].variations
    browser.post(
        reverse("product", args=[product_id]),
        {
            "name": "Sertão 2085",
            "no_stock": "wait",
            "variation_id_1": str(before[0].id),
            "variation_name_1": "Padrão",
            "variation_price_1": "41,00",
            "variation_id_2": str(before[1].id),
            "variation_name_2": "",
            "variation_price_2": "",
        },
    )
    after = products(seller.id)[0]
    assert (after.name, after.no_stock) == ("Sertão 2085", "wait")
    assert [(one.id, one.price_minor) for one in after.variations] == [(before[0].id, 4100)]


def test_pasted_stock_is_counted_and_never_shown(browser, seller, product_id):
    variation = products(seller.id)[0].variations[0]
    answer = browser.post(
        reverse("stock", args=[product_id]),
        {"variation_id": str(variation.id), "text": "AAAA-SECRET-1\nAAAA-SECRET-2\n\nAAAA-SECRET-1\n"},
        follow=True,
    )
    page = answer.content.decode()
    assert "2 itens entraram no estoque." in page
    assert "1 linha repetida ficou de fora." in page
    assert "SECRET" not in page
    assert products(seller.id)[0].variations[0].available == 2


def test_archive_offers_the_way_back(browser, seller, product_id):
    page = browser.post(reverse("archive_product", args=[product_id]), follow=True).content.decode()
    assert "Desfazer" in page
    assert reverse("restore_product", args=[product_id]) in page
    assert not products(seller.id)
    browser.post(reverse("restore_product", args=[product_id]))
    assert len(products(seller.id)) == 1


def test_coupons_are_made_and_switched(browser, seller):
    browser.post(reverse("coupons"), {"code": "CORDEL10", "kind": "percent", "value": "10"})
    browser.post(reverse("coupons"), {"code": "MENOS5", "kind": "fixed", "value": "5,00", "minimum_minor": "20,00", "max_uses": "3"})
    bad = browser.post(reverse("coupons"), {"code": "RUIM", "kind": "percent", "value": "150"}).content.decode()
    assert "de 1 a 99" in bad
    found = {one.code: one for one in coupons(seller.id)}
    assert set(found) == {"CORDEL10", "MENOS5"}
    assert (found["MENOS5"].value, found["MENOS5"].minimum_minor, found["MENOS5"].max_uses) == (500, 2000, 3)
    browser.post(reverse("switch_coupon", args=[found["CORDEL10"].id]), {"active": "0"})
    assert not {one.code: one.active for one in coupons(seller.id)}["CORDEL10"]


@pytest.mark.parametrize(
    ("field", "sent"),
    [
        ("code", {"code": "cordel10"}),
        ("code", {"code": "não pode"}),
        ("value", {"kind": "fixed", "value": "0"}),
        ("value", {"kind": "fixed", "value": "99999999"}),
        ("max_uses", {"max_uses": "1000001"}),
    ],
)
def test_what_is_wrong_with_a_coupon_is_said_beside_its_field(browser, seller, field, sent):
    browser.post(reverse("coupons"), {"code": "CORDEL10", "kind": "percent", "value": "10"})
    page = browser.post(reverse("coupons"), {"code": "OUTRO", "kind": "percent", "value": "10"} | sent).content.decode()
    assert f'id="id_{field}_error"' in page
    assert [one.code for one in coupons(seller.id)] == ["CORDEL10"]


def test_an_instance_token_is_checked_before_anything_is_kept(browser, seller, settings):
    settings.ASTRA_DISCORD_API = "http://127.0.0.1:9/api/v10"
    page = browser.post(reverse("new_instance"), {"token": "not a token", "engine": "none", "name": "Loja"}).content.decode()
    assert "O Discord" in page
    assert "not a token" not in page, "a token is never written back"


def test_theme_and_language_are_kept_in_cookies(browser):
    answer = browser.post(reverse("theme"), {"theme": "dark", "next": "/plano/"})
    assert answer.url == "/plano/"
    assert 'data-bs-theme="dark"' in browser.get(reverse("plan")).content.decode()
    browser.post(reverse("language"), {"language": "en"})
    page = browser.get(reverse("plan")).content.decode()
    assert '<html lang="en"' in page
    assert "Fee of each sale" in page
    assert browser.post(reverse("theme"), {"theme": "dark", "next": "https://elsewhere.example/"}).url == "/"


@pytest.mark.parametrize(
    ("state", "reason", "text", "detail"),
    [
        ("outdated", "", "sendo atualizado", ""),
        ("outdated", "O token morreu.", "aguarda o bot", "O token morreu."),
        ("wanted", "O token morreu.", "aguarda o bot", "O token morreu."),
        ("failed", "O canal não existe.", "não foi publicado", "O canal não existe."),
    ],
)
def test_a_card_that_waits_for_its_bot_says_why(state, reason, text, detail):
    now = datetime.datetime.now(datetime.UTC)
    card = PublicationFacts(*[uuid.UUID(int=1)] * 3, "1", "geral", "2", state, reason, 1, None, now)
    with override("pt-br"):
        word = publication_word(card)
        assert (str(word.text), str(word.detail)) == (text, detail)
