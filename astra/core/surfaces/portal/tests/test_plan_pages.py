"""The plan's pages: choose, pay by PIX, change, leave and come back, as a seller does it."""

import html
import io
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Holder, User
from astra.core.journey.accounts.queries import allowance
from astra.core.journey.billing.models import Plan
from astra.core.journey.billing.queries import invoices, plan_facts
from astra.core.journey.billing.sweeps import sweep_subscriptions
from astra.core.payments.actions.take_reading import take_reading
from astra.core.payments.queries import charge_facts, charges_of
from tests.support.provider import ASKING_CARD, BAD_CARD, GOOD_CARD
from tests.support.team import add_member


def words(answer) -> str:
    """What a person reads on a page."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))


@pytest.fixture
def shop(seller) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="pt-br")
    client.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def pay(seller, shop, queue, payment_provider):
    """Chooses a plan on the pages and pays its PIX; the address of the invoice."""

    def it(code: str) -> str:
        answer = shop.post(reverse("change_plan"), {"plan_id": str(plan(code))})
        return settle(answer.url)

    def settle(address: str) -> str:
        queue.run("payments.send_charge")
        charge_id = next(one.charge_id for one in invoices(seller.id) if str(one.id) in address)
        assert charge_id is not None
        charge = charge_facts(seller.id, charge_id)
        payment_provider.pay(charge.provider_id)
        take_reading(seller_id=seller.id, charge_id=charge.id)
        return address

    it.settle = settle
    return it


def read_pdf(content: bytes) -> str:
    """What stands on the pages."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)).replace("\xa0", " ")


def plan(code: str):
    return Plan.objects.get(code=code, is_current=True).id


def test_a_plan_is_chosen_shown_before_and_paid_by_pix(shop, seller, queue, pay):
    assert "Começo" in words(shop.get(reverse("plan")))
    offer = words(shop.get(reverse("change_plan"), {"plan_id": plan("comeco")}))
    assert "A pagar agora R$ 29,90" in offer.replace("\xa0", " ")
    address = shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco"))}).url
    assert "está sendo gerado" in words(shop.get(address))
    queue.run("payments.send_charge")
    page = shop.get(address)
    charge = charge_facts(seller.id, invoices(seller.id)[0].charge_id)
    assert charge.copy_paste in html.unescape(page.content.decode())
    assert "data:image/png;base64," in page.content.decode()
    assert "hx-get" in page.content.decode()
    assert "Pagar R$ 29,90" in words(shop.get(reverse("plan"))).replace("\xa0", " ")
    pay.settle(address)
    part = shop.get(f"{address}estado/")
    assert "Os limites do plano já valem" in words(part)
    assert "hx-get" not in part.content.decode()
    assert "Renova em" in words(shop.get(reverse("plan")))
    receipt = words(shop.get(reverse("plan_receipt", args=[invoices(seller.id)[0].id])))
    assert "-000001" in receipt
    assert "Loja da Lara" in receipt


def test_an_upgrade_shows_its_sum_and_a_downgrade_waits(shop, seller, clock, pay):
    pay("comeco")
    facts = plan_facts(seller.id)
    clock.move(seconds=(facts.ends_at - facts.started_at).total_seconds() / 2)
    offer = words(shop.get(reverse("change_plan"), {"plan_id": plan("loja")})).replace("\xa0", " ")
    assert "A pagar agora R$ 25,00" in offer
    assert "−R$ 14,95" in offer
    pay("loja")
    assert allowance(seller.id).max_products == 500
    assert shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco"))}).url == reverse("plan")
    assert "depois o plano Começo" in words(shop.get(reverse("plan")))


def test_limits_are_shown_and_what_a_smaller_plan_has_no_room_for(shop, seller, pay):
    pay("loja")
    for number in range(2):
        add_member(seller, "stock", f"p{number}@equipe.example")
    page = words(shop.get(reverse("plan")))
    assert "Pessoas na equipe 3 de 10" in page
    assert "60 produtos · 2 pessoas · 3%" in page
    smaller = words(shop.get(reverse("change_plan"), {"plan_id": plan("comeco")}))
    assert "mais do que este plano permite (Pessoas na equipe: 3 de 2)" in smaller
    assert "mais do que" not in words(shop.get(reverse("change_plan"), {"plan_id": plan("loja-ano")}))


def test_leaving_and_staying_after_all(shop, seller, pay):
    pay("comeco")
    assert "não vai renovar" in words(shop.post(reverse("cancel_plan"), follow=True))
    assert "Termina em" in words(shop.get(reverse("plan")))
    assert "O plano continua" in words(shop.post(reverse("keep_plan"), follow=True))
    assert "Renova em" in words(shop.get(reverse("plan")))


def test_not_paying_suspends_and_paying_brings_it_back(shop, seller, clock, pay):
    pay("comeco")
    facts = plan_facts(seller.id)
    clock.move(seconds=(facts.ends_at - clock.now()).total_seconds() + 86_400)
    sweep_subscriptions()
    assert "esperando o pagamento" in words(shop.get(reverse("plan")))
    clock.move(days=5)
    sweep_subscriptions()
    page = words(shop.get(reverse("plan")))
    assert "não pago" in page
    assert "Nenhum pedido novo é aceito" in page
    assert not allowance(seller.id).may_sell
    pay("comeco")
    assert allowance(seller.id).may_sell
    assert "em vigor" in words(shop.get(reverse("plan")))


def test_a_code_that_ran_out_is_made_anew(shop, seller, clock, queue, pay):
    pay("comeco")
    facts = plan_facts(seller.id)
    clock.move(days=25)
    sweep_subscriptions()
    clock.move(seconds=(facts.ends_at - clock.now()).total_seconds() + 5 * 86_400 + 60)
    sweep_subscriptions()
    assert not allowance(seller.id).may_sell
    owed = next(one for one in invoices(seller.id) if one.state == "open")
    address = reverse("plan_invoice", args=[owed.id])
    answer = shop.post(reverse("new_plan_code", args=[owed.id]), follow=True)
    assert "Aqui está o PIX" in words(answer)
    pay.settle(address)
    assert allowance(seller.id).may_sell


@pytest.mark.parametrize("sent", ["", "nada", "00000000-0000-0000-0000-000000000000"])
def test_a_plan_that_does_not_exist_changes_nothing(shop, seller, sent):
    answer = shop.post(reverse("change_plan"), {"plan_id": sent})
    assert answer.status_code in (302, 404)
    assert invoices(seller.id) == []


def test_an_invoice_that_was_not_paid_has_no_number(shop, seller, payment_provider):
    shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco"))})
    page = words(shop.get(reverse("plan_receipt", args=[invoices(seller.id)[0].id])))
    assert "a pagar" in page
    assert "-00000" not in page


def test_the_pages_speak_english(seller, pay):
    pay("comeco")
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Renews on" in words(client.get(reverse("plan")))


def type_card(seller, queue, payment_provider, charge_id, number: str, confirmed: bool | None = None) -> None:
    """What happens at the provider while the seller is away."""
    queue.run("payments.send_charge", "payments.cancel_charge")
    payment_provider.card(charge_facts(seller.id, charge_id).provider_id, number, confirmed=confirmed)
    take_reading(seller_id=seller.id, charge_id=charge_id)
    queue.run("payments.send_refund", "payments.forget_card", "billing.record_decline")


def newest(seller):
    return invoices(seller.id)[0]


def test_a_plan_is_paid_by_card_on_the_providers_page(shop, seller, queue, payment_provider):
    address = shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco")), "method": "card"}).url
    assert "página do provedor está sendo aberta" in words(shop.get(address))
    queue.run("payments.send_charge")
    charge = charge_facts(seller.id, newest(seller).charge_id)
    assert f'href="{charge.pay_url}"' in shop.get(address).content.decode()
    type_card(seller, queue, payment_provider, charge.id, BAD_CARD)
    assert "O banco recusou o cartão: o banco não disse o motivo. Nada foi cobrado." in words(shop.get(address))
    type_card(seller, queue, payment_provider, charge.id, ASKING_CARD, confirmed=True)
    assert "Os limites do plano já valem" in words(shop.get(address))
    page = words(shop.get(reverse("plan")))
    assert "Cartão com final 0022" in page
    assert "paga as renovações" in page
    assert "Pago com cartão em" in words(shop.get(reverse("plan_receipt", args=[newest(seller).id])))


def test_an_invoice_goes_from_pix_to_card_and_back(shop, seller, queue, payment_provider):
    address = shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco"))}).url
    queue.run("payments.send_charge")
    assert "Pagar com cartão em vez disso" in words(shop.get(address))
    way = reverse("new_plan_code", args=[newest(seller).id])
    shop.post(way, {"method": "card"})
    queue.run("payments.send_charge", "payments.cancel_charge")
    assert "Continuar para o cartão" in words(shop.get(address))
    shop.post(way, {"method": "pix"})
    queue.run("payments.send_charge", "payments.cancel_charge")
    assert "QR code do PIX" in shop.get(address).content.decode()


def test_the_kept_card_pays_an_upgrade_with_one_press_and_is_told_when_it_cannot(shop, seller, queue, payment_provider):
    shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco")), "method": "card"})
    queue.run("payments.send_charge")
    type_card(seller, queue, payment_provider, newest(seller).charge_id, GOOD_CARD)
    assert "Pagar com o cartão final 0014" in words(shop.get(reverse("change_plan"), {"plan_id": plan("loja")}))
    payment_provider.knobs(saved_card_declines=1)
    address = shop.post(reverse("change_plan"), {"plan_id": str(plan("loja")), "method": "kept"}).url
    assert "O cartão está sendo cobrado" in words(shop.get(address))
    queue.run("payments.send_charge")
    assert "ele não tem mais limite" in words(shop.get(address))
    shop.post(reverse("new_plan_code", args=[newest(seller).id]), {"method": "kept"})
    queue.run("payments.send_charge")
    assert plan_facts(seller.id).plan.code == "loja"


def test_a_card_is_kept_replaced_left_aside_and_removed(shop, seller, queue, payment_provider):
    payment_provider.deposit(1000)
    for number in (GOOD_CARD, ASKING_CARD):
        address = shop.post(reverse("start_plan_card")).url
        (charge,) = charges_of(seller.id, "plan_card", uuid.UUID(address.rstrip("/").rsplit("/", 1)[1]))
        type_card(seller, queue, payment_provider, charge.id, number, True if number == ASKING_CARD else None)
        page = words(shop.get(address)).replace("\xa0", " ")
        assert f"O cartão com final {number[-4:]} está guardado" in page
        assert "Os R$ 1,00 da confirmação voltam sozinhos" in page
    assert "são por PIX" in words(shop.post(reverse("renew_plan_by"), {"method": "pix"}, follow=True))
    assert "Renovar com cartão" in words(shop.get(reverse("plan")))
    shop.post(reverse("renew_plan_by"), {"method": "card"})
    assert "O cartão foi removido" in words(shop.post(reverse("drop_plan_card"), follow=True))
    assert "Usar um cartão" in words(shop.get(reverse("plan")))
    assert "Nenhum cartão está guardado" in words(shop.post(reverse("renew_plan_by"), {"method": "card"}, follow=True))


def test_a_card_that_was_not_proved_is_said(shop, seller, queue, payment_provider, clock):
    address = shop.post(reverse("start_plan_card")).url
    queue.run("payments.send_charge")
    (charge,) = charges_of(seller.id, "plan_card", uuid.UUID(address.rstrip("/").rsplit("/", 1)[1]))
    type_card(seller, queue, payment_provider, charge.id, ASKING_CARD, confirmed=False)
    assert "o titular não confirmou a compra" in words(shop.get(f"{address}estado/"))
    payment_provider.clock(3700)
    take_reading(seller_id=seller.id, charge_id=charge.id)
    assert "Nenhum cartão foi guardado" in words(shop.get(address))


def test_an_invoice_is_a_pdf_with_its_number_and_whom_it_is_for(shop, seller, pay):
    with acting_for(seller.id):
        row = Holder(seller_id=seller.id, kind="cpf", fingerprint=b"x", masked="x")
        cell = {"seller_id": seller.id, "table": "accounts_holder", "row_id": row.id}
        row.name_sealed = seal("Łucja Conceição", column="name_sealed", **cell)
        row.document_sealed = seal("52998224725", column="document_sealed", **cell)
        row.save()
    pay("comeco")
    address = reverse("plan_receipt_pdf", args=[newest(seller).id])
    assert address in shop.get(reverse("plan")).content.decode()
    answer = shop.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert f'filename="astrasystems-{newest(seller).number}.pdf"' in answer["Content-Disposition"]
    assert answer.content == shop.get(address).content
    text = read_pdf(answer.content)
    assert "Łucja Conceição" in text
    assert "529.982.247-25" in text
    assert newest(seller).number in text
    assert "29,90" in text
    assert "PIX em" in text
    shop.cookies["django_language"] = "en"
    assert "Paid by PIX on" in read_pdf(shop.get(address, headers={"accept-language": "en"}).content)


def test_an_invoice_that_was_not_paid_is_no_pdf(shop, seller, payment_provider):
    shop.post(reverse("change_plan"), {"plan_id": str(plan("comeco"))})
    answer = shop.get(reverse("plan_receipt_pdf", args=[newest(seller).id]))
    assert answer.url == reverse("plan_receipt", args=[newest(seller).id])
