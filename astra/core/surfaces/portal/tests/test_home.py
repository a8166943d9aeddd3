"""The first page: the checklist with the one next step, and a number of statements that does not grow with the shop."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import WroteWhileReading, acting_for, reading_for
from astra.core.journey.accounts.actions.set_holder import set_holder
from astra.core.journey.accounts.models import Seller, User
from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
from astra.core.journey.instances.models import Finding
from astra.core.journey.instances.tests.cast import change, make_instance
from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.surfaces.portal.journey import sight_of, trail_of
from tests.support.things import CPF, make_things

# Three to learn who is asking, two for the block, one or two for each stage. Before, it took 107.
MOST_STATEMENTS = 40
MOST_OF_THE_LIVE_PART = 25


def statements(client, address: str) -> int:
    client.get(address)  # fills what a process learns once
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def test_the_first_page_asks_few_statements_however_large_the_shop_is(client, seller):
    things = make_things(seller)
    client.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")
    counts = {name: statements(client, reverse(name)) for name in ("home", "home_live")}
    assert counts["home"] <= MOST_STATEMENTS
    assert counts["home_live"] <= MOST_OF_THE_LIVE_PART
    actor = Actor("member", str(seller.user_id))
    for number in range(4):
        news = [NewVariation("Um", 100), NewVariation("Dois", 200)]
        product_id = create_product(
            seller_id=seller.id, name=f"Jogo {number}", description="", no_stock="wait", variations=news, actor=actor
        )
        order_id = open_cart(
            seller_id=seller.id,
            instance_id=things["instance_id"],
            buyer_id=str(number),
            buyer_name="bia",
            guild_id="1",
            channel_id="1",
            product_id=product_id,
            click_id=f"o{number}",
        )
        place_order(seller_id=seller.id, order_id=order_id, buyer_id=str(number), click_id=f"p{number}", accepts_waiting=True)
    # A first order makes its lines be asked for; no further one adds anything.
    assert statements(client, reverse("home")) <= counts["home"] + 3 <= MOST_STATEMENTS


def test_what_needs_the_seller_comes_without_a_reload_with_its_remedy(client, seller):
    bot = make_instance(seller.id, name="Lampião", seen_state="online", guild_id="1")
    client.force_login(User.objects.get(id=seller.user_id), backend="allauth.account.auth_backends.AuthenticationBackend")

    def part() -> str:
        return client.get(reverse("home_needs"), headers={"HX-Request": "true"}).content.decode()

    assert "Precisa de você" not in part()
    with acting_for(seller.id):
        for step, verdict in (("send_messages", "blocked"), ("embed_links", "warned")):
            Finding.objects.create(
                seller_id=seller.id, instance_id=bot, step=step, place="9", place_name="vitrine", verdict=verdict,
                reason="missing_permissions", facts={"permission": step, "holder": "@everyone"},
            )  # fmt: skip
    told = part()
    assert told.count('id="need-') == 1
    assert "“Enviar mensagens”" in told
    assert "Editar canal" in told
    assert 'id="shop-word" class="st st-ok" hx-swap-oob="true"' in told
    change(seller.id, bot, seen_state="errored", reason="token_invalid")
    told = part()
    assert told.count('id="need-') == 1, "the token is what has to be mended first"
    assert "“Trocar o token”" in told
    assert 'id="shop-word" class="st st-bad"' in told


def test_the_checklist_goes_from_the_profile_to_the_holder(seller):
    nameless = trail_of(sight_of(seller.id, ""))
    assert [step.name for step in nameless.steps] == [
        "account", "plan", "instances", "products", "publications", "orders", "deliveries", "wallet",
    ]  # fmt: skip
    assert nameless.next_step.name == "account"
    assert trail_of(sight_of(seller.id, "Lara")).next_step.name == "instances"


def test_before_the_pix_key_comes_who_it_is_of(seller):
    from dataclasses import replace

    from astra.core.surfaces.portal import journey

    def next_step(sight):
        step = next(one for one in trail_of(sight).steps if one.name == "wallet")
        return journey._next(step, sight)

    sight = sight_of(seller.id, "Lara")
    assert next_step(sight).where == reverse("holder")
    set_holder(seller_id=seller.id, name="Lara Martins", document=CPF, actor=Actor("member", str(seller.user_id)))
    assert next_step(replace(sight, has_holder=True)).where == reverse("payout_key")
    assert sight_of(seller.id, "Lara").has_holder


def test_a_block_that_reads_does_not_write(seller):
    with reading_for(seller.id):
        assert Seller.objects.count() == 1
        with acting_for(seller.id):
            assert Seller.objects.exists()
            with pytest.raises(WroteWhileReading):
                Seller.objects.update(name="x")
    with acting_for(seller.id):
        Seller.objects.update(name="x")
