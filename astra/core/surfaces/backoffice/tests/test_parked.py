"""Money that did not fit is shown to the operator, who may send it back at once and says why; nobody else may."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from astra.core.foundation.audit import Actor, AuditRow
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import User
from astra.core.journey.sales.models.order_state import Word
from astra.core.journey.sales.tests.shop import Shop
from astra.core.ledger.queries import balances
from astra.core.payments.actions.return_parked import CannotReturn, return_parked
from astra.core.payments.models import Payment
from astra.core.payments.queries import parked_to_review
from tests.support.provider import payment_provider, payment_sandbox

__all__ = ["payment_provider", "payment_sandbox"]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def desk(operator: Any) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="pt-br")
    client.force_login(operator, backend=BACKEND)
    return client


@pytest.fixture
def shop(seller: Any, buyer: Any, payment_provider: Any) -> Shop:
    return Shop(seller.id, buyer.id, payment_provider)


def parked(shop: Shop, amount_minor: int) -> tuple[Any, Payment]:
    """An order that was paid with a wrong amount, and the payment."""
    order_id = shop.order(shop.product("a"))
    shop.pay(order_id, amount_minor=amount_minor)
    with acting_for(shop.seller_id):
        return order_id, Payment.objects.get()


def test_the_operator_sends_back_what_did_not_fit(desk, shop, queue):
    order_id, payment = parked(shop, 989)
    queue.run("sales.record_parked")
    assert "1 pagamento está separado" in desk.get(reverse("admin_now")).content.decode()
    page = desk.get(reverse("admin_parked")).content.decode()
    assert shop.facts(order_id).code in page
    assert "outro valor" in page
    assert "Devolver R$\xa09,89 agora" in page

    send = reverse("admin_return_parked", args=[payment.id])
    assert "Diga por quê" in desk.post(send, {"reason": " "}, follow=True).content.decode()
    assert balances(shop.seller_id)["parked"] == 989

    desk.post(send, {"reason": "the buyer asked for it"})
    queue.run("payments.send_refund")
    assert balances(shop.seller_id)["parked"] == 0
    assert shop.facts(order_id).payment == "refunded"
    assert "Nada está separado" in desk.get(reverse("admin_parked")).content.decode()
    assert desk.post(send, {"reason": "again"}).status_code == 404
    with acting_for(shop.seller_id):
        (row,) = AuditRow.objects.filter(verb="return_parked")
    assert (row.actor_kind, row.reason, row.facts["amount_minor"]) == ("operator", "the buyer asked for it", 989)


def test_what_the_provider_refused_to_return_is_shown_first_and_asked_again(desk, shop, queue):
    order_id, payment = parked(shop, 991)
    shop.provider.knobs(refund_outcome="failed")
    boss = Actor("operator", "1")
    return_parked(seller_id=shop.seller_id, payment_id=payment.id, actor=boss, reason="first")
    with pytest.raises(CannotReturn):
        return_parked(seller_id=shop.seller_id, payment_id=payment.id, actor=boss, reason="twice")
    assert parked_to_review() == []
    queue.run("payments.send_refund")
    (stuck,) = parked_to_review()
    assert (stuck.is_stuck, stuck.left_minor, stuck.purpose_id) == (True, 991, order_id)
    assert "não devolveu" in desk.get(reverse("admin_parked")).content.decode()
    shop.provider.knobs(refund_outcome="succeeded")
    desk.post(reverse("admin_return_parked", args=[payment.id]), {"reason": "the account is open again"})
    queue.run("payments.send_refund")
    assert (parked_to_review(), balances(shop.seller_id)["parked"]) == ([], 0)
    assert shop.facts(order_id).word != Word.PAID


def test_a_seller_finds_no_such_page(shop, seller):
    _order_id, payment = parked(shop, 1)
    client = Client()
    client.force_login(User.objects.get(id=seller.user_id), backend=BACKEND)
    assert client.get(reverse("admin_parked")).status_code == 404
    assert client.post(reverse("admin_return_parked", args=[payment.id]), {"reason": "mine"}).status_code == 404
    assert balances(shop.seller_id)["parked"] == 1
