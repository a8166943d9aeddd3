"""From a sale to the bank, by the pages alone: wallet, key, withdrawal, the operator's decision, the statement."""

import re
import time

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import User
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.models import Instance
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.journey.sales.queries import order_facts
from astra.core.journey.wallet.queries import wallet, withdrawals
from astra.core.payments.actions.read_payout import read_payout
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts
from tests.support.cast import PASSWORD

CPF = "529.982.247-25"


@pytest.fixture(autouse=True)
def fresh_limits():
    """Every test signs in from the same address: the limits of the one before are not its own."""
    cache.clear()


def signed_in(user_id) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="pt-BR")
    # By the page, so that the sign-in counts as fresh for the sensitive ones.
    client.post(reverse("account_login"), {"login": User.objects.get(id=user_id).email, "password": PASSWORD})
    return client


@pytest.fixture
def desk(operator):
    client = signed_in(operator.id)
    client.post(reverse("admin_policy"), {"hold_days": "0", "key_cooldown_hours": "0", "minimum_minor": "10,00", "fee_minor": "0,00"})
    return client


@pytest.fixture
def shop(seller):
    return signed_in(seller.user_id)


@pytest.fixture
def sold(seller, desk, payment_provider, queue):
    """One sale of R$ 64,90, paid."""
    actor = Actor("member", str(seller.user_id))
    with acting_for(seller.id):
        bot = Instance.objects.create(
            seller_id=seller.id, name="Bot", engine="none", transport="http", application_id="1", application_name="Bot",
            bot_id="1", bot_name="Bot", verify_key="00", sealed_token=b"",
        )  # fmt: skip
    product_id = create_product(
        seller_id=seller.id, name="Sertão 2084", description="", no_stock="refuse", variations=[NewVariation("Deluxe", 6490)], actor=actor
    )
    variation = product_facts(seller.id, product_id).variations[0]
    import_stock(seller_id=seller.id, variation_id=variation.id, text="k1\nk2", actor=actor)
    order_id = open_cart(
        seller_id=seller.id,
        instance_id=bot.id,
        buyer_id="3",
        buyer_name="bento",
        guild_id="1",
        channel_id="1",
        product_id=product_id,
        click_id="1",
    )
    place_order(seller_id=seller.id, order_id=order_id, buyer_id="3", click_id="2")
    queue.run("payments.send_charge")
    charge_id = order_facts(seller.id, order_id).charge_id
    payment_provider.pay(charge_facts(seller.id, charge_id).provider_id)
    take_reading(seller_id=seller.id, charge_id=charge_id)
    queue.run("wallet.book_earning", "delivery.open_deliveries")
    return order_id


def words(page) -> str:
    text = re.sub(r"<(script|style|head|svg)\b.*?</\1>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text).replace("\xa0", " ").replace("&nbsp;", " "))


def register_key(shop):
    return shop.post(reverse("payout_key"), {"kind": "cpf", "key": CPF, "holder_name": "Lara Martins", "holder_document": CPF}, follow=True)


def test_the_sale_is_on_every_page(shop, sold):
    assert "64,90" in words(shop.get(reverse("orders")))
    order = words(shop.get(reverse("order", args=[sold])))
    # 5% of 64,90 is 3,245: half up 3,25
    assert "61,65" in order
    assert "−R$ 3,25" in order
    statement = words(shop.get(reverse("wallet")))
    assert "Nesta instalação o prazo é de 0 dias" in statement
    for amount in ("64,90", "3,25", "61,65"):
        assert amount in statement
    assert "Sertão 2084" in words(shop.get(reverse("deliveries")))
    assert "64,90" in words(shop.get(reverse("home")))


def test_a_key_of_somebody_else_is_refused_beside_its_field(shop, sold):
    page = shop.post(reverse("payout_key"), {"kind": "cpf", "key": "111.444.777-35", "holder_name": "Lara Martins", "holder_document": CPF})
    assert page.status_code == 200
    assert 'class="field-error"' in page.content.decode()
    assert "111.444.777-35" in page.content.decode(), "what was typed stays"


def test_withdraw_approve_and_read_it_back(shop, desk, seller, sold, queue):
    assert "529982247" not in re.sub(r"\D", "", words(register_key(shop))), "the key is masked"
    page = shop.get(reverse("wallet")).content.decode()
    assert re.search(r'name="amount_minor" value="61,65"', page)
    shop.post(reverse("withdraw"), {"amount_minor": "61,65"})
    assert wallet(seller.id).in_withdrawal_minor == 6165
    review = desk.get(reverse("admin_withdrawals"))
    assert "61,65" in words(review)
    withdrawal = withdrawals(seller.id)[0]
    refused = desk.post(reverse("admin_approve_withdrawal", args=[withdrawal.id]), {"reason": ""}, follow=True)
    assert "Nada mudou" in words(refused), "a decision without a reason is none"
    desk.post(reverse("admin_approve_withdrawal", args=[withdrawal.id]), {"reason": "conferido"})
    queue.run("payments.send_payout")
    payout_id = withdrawals(seller.id)[0].payout_id
    deadline = time.monotonic() + 5
    while withdrawals(seller.id)[0].state != "paid" and time.monotonic() < deadline:
        read_payout(seller_id=seller.id, payout_id=payout_id)
    assert withdrawals(seller.id)[0].state == "paid"
    assert "pago" in words(shop.get(reverse("wallet")))
    assert "conferido" in words(desk.get(reverse("admin_audit")))


def test_too_much_is_refused_and_nothing_is_lost(shop, seller, sold):
    register_key(shop)
    page = shop.post(reverse("withdraw"), {"amount_minor": "1.000,00"})
    assert page.status_code == 200
    assert 'value="1.000,00"' in page.content.decode()
    assert wallet(seller.id).available_minor == 6165


def test_a_withdrawal_is_cancelled_by_its_seller_alone(shop, seller, other_seller, sold):
    register_key(shop)
    shop.post(reverse("withdraw"), {"amount_minor": "20,00"})
    withdrawal = withdrawals(seller.id)[0]
    address = reverse("cancel_withdrawal", args=[withdrawal.id])
    assert signed_in(other_seller.user_id).post(address).status_code == 404
    assert withdrawals(seller.id)[0].state == "requested"
    shop.post(address)
    assert withdrawals(seller.id)[0].state == "cancelled"
    assert wallet(seller.id).available_minor == 6165


def test_a_refusal_tells_its_reason_to_the_seller(shop, desk, seller, sold):
    register_key(shop)
    shop.post(reverse("withdraw"), {"amount_minor": "20,00"})
    withdrawal = withdrawals(seller.id)[0]
    desk.post(reverse("admin_reject_withdrawal", args=[withdrawal.id]), {"reason": "titular diferente"})
    assert "titular diferente" in words(shop.get(reverse("wallet")))
    assert wallet(seller.id).available_minor == 6165


def test_the_operator_sees_now_and_suspends(desk, seller, shop, sold):
    now = words(desk.get(reverse("admin_now")))
    assert "Pedidos por estado" in now
    desk.post(reverse("admin_suspend_seller", args=[seller.id]), {"reason": "documentos pendentes"})
    assert "documentos pendentes" in words(desk.get(reverse("admin_sellers")))
    assert "O operador suspendeu esta loja" in words(shop.get(reverse("plan")))
    desk.post(reverse("admin_resume_seller", args=[seller.id]), {"reason": "chegaram"})
    assert "O operador suspendeu" not in words(shop.get(reverse("plan")))


def test_a_policy_that_cannot_be_is_refused(desk):
    page = desk.post(reverse("admin_policy"), {"hold_days": "-1", "key_cooldown_hours": "0", "minimum_minor": "x", "fee_minor": "0"})
    assert page.status_code == 200
    assert page.content.decode().count("field-error") == 2
