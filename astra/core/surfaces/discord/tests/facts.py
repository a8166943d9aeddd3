"""Facts of a made-up shop, for screens that are drawn without a database."""

import datetime
import uuid
from dataclasses import replace
from typing import Any

from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.catalog.queries import ProductFacts, VariationFacts
from astra.core.journey.delivery.actions.reveal_goods import Revealed
from astra.core.journey.sales.models.order_state import word_of
from astra.core.journey.sales.queries import LineFacts, OrderFacts

NOON = datetime.datetime(2026, 11, 24, 15, 0, tzinfo=datetime.UTC)


def an_id(number: int) -> uuid.UUID:
    """The same id every time."""
    return uuid.UUID(int=(7 << 76) | (2 << 62) | number)


STANDARD = VariationFacts(an_id(11), an_id(1), "Padrão", 3990, 30, 0, "available")
DELUXE = VariationFacts(an_id(12), an_id(1), "Deluxe *edição*", 6490, 3, 0, "last_units")
PRODUCT = ProductFacts(
    an_id(1),
    "Sertão 2084",
    "Chave para PC.\nEntrega na hora. # não é título",
    "refuse",
    "BRL",
    (STANDARD, DELUXE),
    None,
    NOON,
)
LINE = LineFacts(an_id(21), STANDARD.id, "Sertão 2084", "Padrão", 2, 3990, 798, 7182)
AXES: dict[str, tuple[str, str, str]] = {
    "draft": ("draft", "none", "none"),
    "awaiting_payment": ("awaiting_payment", "pending", "none"),
    "payment_in_review": ("awaiting_payment", "mismatched", "none"),
    "expired": ("expired", "expired", "none"),
    "cancelled": ("cancelled", "cancelled", "none"),
    "paid": ("paid", "approved", "none"),
    "fulfilling": ("paid", "approved", "in_progress"),
    "waiting_stock": ("paid", "approved", "waiting_stock"),
    "delivered": ("paid", "approved", "done"),
    "refunding": ("refunding", "refund_pending", "none"),
    "refunded": ("refunded", "refunded", "none"),
}


def order(word: str = "draft", *, number: int = 2, **changes: Any) -> OrderFacts:
    """An order of two keys with a coupon, standing at a word."""
    commercial, payment, fulfilment = AXES[word]
    was_placed, was_paid = word != "draft", commercial in ("paid", "refunding", "refunded")
    made = OrderFacts(
        id=an_id(number),
        code="LD-7K3E2A",
        buyer_id="310000000000000001",
        buyer_name="bento",
        instance_id=an_id(3),
        word=word_of(commercial, payment, fulfilment),
        commercial=commercial,
        payment=payment,
        fulfilment=fulfilment,
        currency="BRL",
        subtotal_minor=7980,
        total_minor=7182,
        discount_minor=798,
        lines=(LINE,),
        coupon_code="LANCAMENTO10",
        charge_id=an_id(4) if was_placed else None,
        expires_at=NOON + datetime.timedelta(minutes=15) if was_placed else None,
        placed_at=NOON if was_placed else None,
        paid_at=NOON + datetime.timedelta(minutes=2) if was_paid else None,
        delivered_at=NOON + datetime.timedelta(minutes=3) if word == "delivered" else None,
        product_id=PRODUCT.id,
        guild_id="1",
        channel_id="2",
        payment_id=None,
        fee_basis_points=500,
        fee_minor=359,
        refunded_minor=0,
        accepts_waiting=False,
        created_at=NOON,
    )
    return replace(made, **changes)


def goods(*texts: str) -> list[Revealed]:
    """What a buyer bought."""
    return [Revealed("Sertão 2084", "Padrão", [Secret(one) for one in texts])]
