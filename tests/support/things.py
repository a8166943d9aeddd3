"""One of each thing that has an address, so that another seller can be sent to all of them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.support.cast import SellerInTest, make_seller

CPF = "52998224725"


def make_things(seller: SellerInTest) -> dict[str, uuid.UUID]:
    """Ids by the name that routes give them."""
    from astra.core.foundation.audit import Actor
    from astra.core.foundation.sealing.seal import seal
    from astra.core.foundation.tenancy.acting import acting_for
    from astra.core.journey.accounts.actions.invite_member import invite_member
    from astra.core.journey.accounts.actions.request_export import request_export
    from astra.core.journey.billing.actions.change_card import start_card
    from astra.core.journey.billing.actions.checkout import checkout
    from astra.core.journey.billing.queries import offers
    from astra.core.journey.catalog.actions.create_coupon import create_coupon
    from astra.core.journey.catalog.actions.create_product import NewVariation, create_product
    from astra.core.journey.instances.models import Instance
    from astra.core.journey.publication.actions.publish_product import publish_product
    from astra.core.journey.sales.actions.open_cart import open_cart
    from astra.core.journey.wallet.actions.register_payout_key import register_payout_key
    from astra.core.journey.wallet.models import PayoutKey, Withdrawal
    from astra.core.ledger.actions.post import Entry, post
    from astra.core.ledger.kinds import AccountKind, TransferKind

    actor = Actor("member", str(seller.user_id))
    with acting_for(seller.id):
        instance = Instance(seller_id=seller.id, name="Loja", engine="none", transport="http", application_id="1180000000000000001")
        instance.application_name = instance.bot_name = "Loja"
        instance.bot_id, instance.verify_key = "1180000000000000001", "0" * 64
        instance.sealed_token = seal("x", seller_id=seller.id, table="instances_instance", row_id=instance.id, column="sealed_token")
        instance.wanted_state = instance.seen_state = "stopped"
        instance.save(force_insert=True)
    news = [NewVariation(name="Padrão", price_minor=3990)]
    product_id = create_product(seller_id=seller.id, name="Sertão 2084", description="", no_stock="refuse", variations=news, actor=actor)
    coupon_id = create_coupon(seller_id=seller.id, code="BEMVINDO", kind="percent", value=10, actor=actor)
    publication_id = publish_product(
        seller_id=seller.id, product_id=product_id, instance_id=instance.id, channel_id="1", channel_name="vitrine", actor=actor
    )
    order_id = open_cart(
        seller_id=seller.id,
        instance_id=instance.id,
        buyer_id="310000000000000001",
        buyer_name="bento",
        guild_id="1",
        channel_id="1",
        product_id=product_id,
        click_id="1",
    )
    register_payout_key(seller_id=seller.id, kind="cpf", key=CPF, holder_name="Lara Martins", holder_document=CPF, actor=actor)
    with acting_for(seller.id):
        withdrawal = Withdrawal.objects.create(
            seller_id=seller.id, amount_minor=1000, fee_minor=0, currency="BRL", payout_key=PayoutKey.objects.get()
        )
        # Money that came from nowhere, set apart: enough to give it back.
        post(
            seller_id=seller.id,
            kind=TransferKind.WITHDRAWAL,
            key=str(withdrawal.id),
            entries=[Entry(AccountKind.PROVIDER_CASH, 1000), Entry(AccountKind.WALLET_RESERVED, -1000)],
            currency="BRL",
            object_kind="withdrawal",
            object_id=withdrawal.id,
        )
    invitation_id = invite_member(seller_id=seller.id, kind="email", address="nova@equipe.example", role="support", actor=actor)
    invoice_id = checkout(seller_id=seller.id, plan_id=offers()[0].id, actor=actor)
    export_id = request_export(seller_id=seller.id, actor=actor)
    return {
        "export_id": export_id,
        "invoice_id": invoice_id,
        "proof": start_card(seller_id=seller.id, actor=actor),
        "invitation_id": invitation_id,
        "person_id": seller.user_id,
        "instance_id": instance.id,
        "product_id": product_id,
        "coupon_id": coupon_id,
        "publication_id": publication_id,
        "order_id": order_id,
        "withdrawal_id": withdrawal.id,
        "seller_id": seller.id,
    }


@dataclass(frozen=True, slots=True)
class Neighbours:
    """A seller with one of each thing, and another who must not find them."""

    seller: SellerInTest
    other: SellerInTest
    ids: dict[str, uuid.UUID]


@pytest.fixture(scope="module")
def neighbours(django_db_setup: None, django_db_blocker: Any) -> Iterator[Neighbours]:
    """Made once for all tests of a file, in a transaction that is rolled back at its end. What a test does to them is undone with it."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        seller, other = make_seller("nara@vizinha.example", "Loja da Nara"), make_seller("noel@vizinho.example", "Loja do Noel")
        yield Neighbours(seller, other, make_things(seller))
        transaction.set_rollback(True)
