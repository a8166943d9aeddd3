"""Whatever has an id answers 404 to another seller, and the operator's panel to everybody who is none."""

import uuid

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse

from astra.core.foundation.audit import Actor
from astra.core.foundation.ids import new_id
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.actions.invite_member import invite_member
from astra.core.journey.accounts.actions.request_export import request_export
from astra.core.journey.accounts.models import User
from astra.core.journey.billing.actions.change_card import start_card
from astra.core.journey.billing.actions.checkout import checkout
from astra.core.journey.billing.queries import offers
from astra.core.journey.catalog.actions.create_coupon import create_coupon
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.catalog.actions.import_stock import import_stock
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.instances.models import Instance
from astra.core.journey.publication.actions.publish_product import publish_product
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.surfaces.backoffice import urls as backoffice_urls
from astra.core.surfaces.portal import urls as portal_urls
from tests.support.cast import make_seller
from tests.support.team import add_member

# The link of an invitation shows itself to whoever has its word; test_team_pages tries it in the wrong hands.
WITH_ID = [one for one in portal_urls.urlpatterns if isinstance(one, URLPattern) and one.pattern.converters and one.name != "invitation"]


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """A shop with one of each, its owner, and another seller: once for this file, in a transaction that is rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        owner, other = make_seller("nara@vizinha.example", "Loja da Nara"), make_seller("noel@vizinho.example", "Loja do Noel")
        yield owner, other, _one_of_each(owner)
        transaction.set_rollback(True)


@pytest.fixture
def ids(db, made):
    return made[2]


@pytest.fixture
def owner(db, made):
    return made[0]


def _one_of_each(seller):
    actor = Actor("member", str(seller.user_id))
    with acting_for(seller.id):
        bot_id = new_id()
        bot = Instance.objects.create(
            id=bot_id, seller_id=seller.id, name="Bot", engine="none", transport="http", application_id="1", application_name="Bot",
            bot_id="1", bot_name="Bot", verify_key="00", sealed_token=seal(
                "x", seller_id=seller.id, table="instances_instance", row_id=bot_id, column="sealed_token"
            ),
        )  # fmt: skip
    product_id = create_product(
        seller_id=seller.id, name="Chave", description="", no_stock="refuse", variations=[NewVariation("Única", 1000)], actor=actor
    )
    variation = product_facts(seller.id, product_id).variations[0]
    import_stock(seller_id=seller.id, variation_id=variation.id, text="a\nb", actor=actor)
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
    return {
        "instance_id": bot.id,
        "product_id": product_id,
        "coupon_id": create_coupon(seller_id=seller.id, code="DEZ", kind="percent", value=10, actor=actor),
        "publication_id": publish_product(
            seller_id=seller.id, product_id=product_id, instance_id=bot.id, channel_id="1", channel_name="vitrine", actor=actor
        ),
        "order_id": order_id,
        "withdrawal_id": uuid.uuid4(),
        "export_id": request_export(seller_id=seller.id, actor=actor),
        "invoice_id": checkout(seller_id=seller.id, plan_id=offers()[0].id, actor=actor),
        "invitation_id": invite_member(seller_id=seller.id, kind="email", address="nova@equipe.example", role="stock", actor=actor),
        "person_id": add_member(seller, "stock"),
        "seller_id": seller.id,
        "proof": start_card(seller_id=seller.id, actor=actor),
    }


@pytest.fixture
def stranger(client, db, made):
    client.force_login(User.objects.get(id=made[1].user_id))
    return client


@pytest.mark.parametrize("route", WITH_ID, ids=lambda route: route.name)
def test_another_seller_finds_nothing(route, ids, stranger):
    address = reverse(route.name, kwargs={name: ids[name] for name in route.pattern.converters})
    answers = {stranger.get(address).status_code, stranger.post(address, {"reason": "x"}).status_code}
    assert answers <= {404, 405}
    assert 404 in answers


# A withdrawal needs money: test_money_pages has a real one. A PDF needs a paid invoice: test_plan_pages has one.
FOUND = [one for one in WITH_ID if "withdrawal_id" not in one.pattern.converters and one.name != "plan_receipt_pdf"]


@pytest.mark.parametrize("route", FOUND, ids=lambda route: route.name)
def test_the_owner_finds_it(route, ids, client, owner):
    client.force_login(User.objects.get(id=owner.user_id))
    address = reverse(route.name, kwargs={name: ids[name] for name in route.pattern.converters})
    assert client.get(address).status_code in {200, 405}


def test_the_walk_covers_every_stage():
    assert len(WITH_ID) >= 15
    assert {name for route in WITH_ID for name in route.pattern.converters} == {
        "instance_id", "product_id", "coupon_id", "publication_id", "order_id", "withdrawal_id", "invoice_id", "export_id", "proof",
        "invitation_id", "person_id", "seller_id",
    }  # fmt: skip


@pytest.mark.parametrize("route", backoffice_urls.urlpatterns, ids=lambda route: route.name)
def test_the_panel_does_not_exist_for_a_seller(route, client, owner, ids):
    address = reverse(route.name, kwargs={name: ids.get(name, uuid.uuid4()) for name in route.pattern.converters})
    assert client.get(address).status_code in {302, 405}
    client.force_login(User.objects.get(id=owner.user_id))
    answers = {client.get(address).status_code, client.post(address, {"reason": "x"}).status_code}
    assert answers <= {404, 405}
    assert 404 in answers


def test_no_route_of_the_two_sites_is_open_without_signing_in(client, db):
    nobody = uuid.uuid4()
    for urls in (portal_urls, backoffice_urls):
        for route in urls.urlpatterns:
            if not isinstance(route, URLPattern) or route.name == "invitation":
                continue
            address = reverse(route.name, kwargs=dict.fromkeys(route.pattern.converters, nobody))
            for answer in (client.get(address), client.post(address)):
                assert answer.status_code in {302, 405}, address
                if answer.status_code == 302:
                    assert answer.url.startswith(reverse("account_login")), address
    assert get_resolver().reverse_dict
