"""Every screen in both languages, piece by piece; and Discord's limits, which no builder counts.

``ASTRA_WRITE_GOLDEN=1`` writes the expectations anew: read the difference before you commit it.
"""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import segno

from astra.core.surfaces.discord.screens import card, cart, charge, details, goods, modals, notice, order_states, purchases
from astra.core.surfaces.discord.screens.parts import EPHEMERAL, IS_COMPONENTS_V2, Screen, body
from astra.core.surfaces.discord.sends.qr import qr_png
from astra.core.surfaces.discord.tests import facts
from astra.core.surfaces.discord.words import in_language, money, plain

GOLDEN = Path(__file__).parent / "golden"
LOCALES = ("pt-BR", "en-US")
WAITS = replace(facts.PRODUCT, no_stock="wait")
EMPTY = replace(facts.STANDARD, available=0, in_words="sold_out")
ONE = replace(facts.PRODUCT, variations=(facts.STANDARD,), description="")
LONG = replace(
    facts.PRODUCT,
    name="*" * 80,
    description="\n".join(["`*_~" * 20] * 25),
    variations=tuple(replace(facts.STANDARD, id=facts.an_id(100 + at), name="_" * 80, price_minor=100_000_000) for at in range(25)),
)
NO_COUPON: dict[str, Any] = {"coupon_code": "", "discount_minor": 0, "total_minor": 7980}
PNG = b"\x89PNG"

SCREENS: dict[str, Callable[[], Screen]] = {
    "card": lambda: card.card(facts.PRODUCT),
    "card_one_variation": lambda: card.card(ONE),
    "card_archived": lambda: card.card(replace(facts.PRODUCT, archived_at=facts.NOON)),
    "card_sold_out": lambda: card.card(replace(facts.PRODUCT, variations=(EMPTY,))),
    "card_sold_out_waits": lambda: card.card(replace(WAITS, variations=(EMPTY,))),
    "details": lambda: details.details(facts.PRODUCT),
    "details_waits": lambda: details.details(replace(WAITS, variations=(EMPTY, facts.DELUXE))),
    "details_archived": lambda: details.details(replace(facts.PRODUCT, archived_at=facts.NOON)),
    "details_long": lambda: details.details(LONG),
    "cart": lambda: cart.cart(facts.order(), facts.PRODUCT, 15),
    "cart_no_coupon": lambda: cart.cart(facts.order(**NO_COUPON), ONE, 15),
    "cart_said": lambda: cart.cart(facts.order(), facts.PRODUCT, 15, "Cupom *inválido*"),
    "cart_short": lambda: cart.cart(facts.order(), replace(facts.PRODUCT, variations=(replace(facts.STANDARD, available=1),)), 15),
    "cart_sold_out": lambda: cart.cart(facts.order(), replace(facts.PRODUCT, variations=(EMPTY,)), 15),
    "cart_waits": lambda: cart.cart(facts.order(), replace(WAITS, variations=(EMPTY, facts.DELUXE)), 15),
    "making_charge": lambda: charge.making_charge(facts.order("awaiting_payment")),
    "charge": lambda: charge.charge(facts.order("awaiting_payment"), PNG, facts.NOON),
    "charge_looked_at": lambda: charge.charge(facts.order("awaiting_payment"), PNG, facts.NOON, facts.NOON),
    "charge_waits": lambda: charge.charge(facts.order("awaiting_payment", accepts_waiting=True), PNG, facts.NOON),
    "charge_failed": lambda: charge.charge_failed(facts.order("cancelled")),
    "cancelling": lambda: charge.cancelling(facts.order("awaiting_payment")),
    "paid": lambda: order_states.paid(facts.order("paid")),
    "delivered": lambda: order_states.delivered(facts.order("delivered")),
    "delivered_notice": lambda: order_states.delivered(facts.order("fulfilling"), "#D-9QX2"),
    "waiting": lambda: order_states.waiting(facts.order("waiting_stock"), 1),
    "waiting_agreed": lambda: order_states.waiting(facts.order("waiting_stock", accepts_waiting=True), 1),
    "waiting_notice": lambda: order_states.waiting(facts.order("waiting_stock"), None, "#D-9QX2-W"),
    "partly_delivered": lambda: order_states.partly_delivered(facts.order("waiting_stock"), 2),
    "expired": lambda: order_states.expired(facts.order("expired")),
    "cancelled": lambda: order_states.cancelled(facts.order("cancelled")),
    "in_review": lambda: order_states.in_review(facts.order("payment_in_review")),
    "second_payment_returned": lambda: order_states.money_returned(
        facts.order("delivered"), 3990, "BRL", was_second=True, reference="#N-9QX2-B1"
    ),
    "wrong_amount_returned": lambda: order_states.money_returned(
        facts.order("expired"), 3989, "BRL", was_second=False, reference="#N-9QX2-B1"
    ),
    "refunding": lambda: order_states.refunding(facts.order("refunding")),
    "refunded": lambda: order_states.refunded(facts.order("refunded"), reference="#N-1"),
    "refunded_in_part": lambda: order_states.refunded(facts.order("refunded"), in_part=True),
    "purchases_none": lambda: purchases.purchases([]),
    "purchases": lambda: purchases.purchases(
        [facts.order("delivered"), facts.order("awaiting_payment", number=5)], can_open=frozenset({"delivered"})
    ),
    "purchases_many": lambda: purchases.purchases(
        [facts.order("delivered", number=at) for at in range(20)], can_open=frozenset({"delivered"})
    ),
    "goods": lambda: goods.goods(facts.order("delivered"), facts.goods("AAAA-BBBB", "CCCC-DDDD")),
    "goods_file": lambda: goods.goods(facts.order("delivered"), facts.goods(*[f"KEY-{at:04}" for at in range(40)])),
    "goods_not_ready": lambda: goods.goods_not_ready(facts.order("waiting_stock")),
    "notice": lambda: notice.notice("Oi"),
    "problem": lambda: notice.problem("Oi"),
}
MODALS: dict[str, Callable[[], dict[str, Any]]] = {
    "modal_coupon": lambda: modals.coupon_modal(facts.an_id(2), "LANCAMENTO10"),
    "modal_quantity": lambda: modals.quantity_modal(facts.an_id(2), 12),
}


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", [*SCREENS, *MODALS])
def test_screen_is_as_it_was_agreed(name: str, locale: str) -> None:
    with in_language(locale):
        shown: Any = MODALS[name]() if name in MODALS else body(SCREENS[name](), ephemeral=True)
    path = GOLDEN / locale / f"{name}.json"
    text = json.dumps(shown, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if os.environ.get("ASTRA_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{locale}/{name} changed"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SCREENS)
def test_screen_keeps_discords_limits(name: str, locale: str) -> None:
    with in_language(locale):
        shown = body(SCREENS[name](), ephemeral=True)
    parts = list(_walk(shown["components"]))
    assert shown["flags"] == IS_COMPONENTS_V2 | EPHEMERAL
    assert shown["allowed_mentions"] == {"parse": []}
    assert len(parts) <= 40
    assert sum(len(part.get("content", "")) for part in parts) <= 4000
    ids = [part["custom_id"] for part in parts if part.get("custom_id")]
    assert len(ids) == len(set(ids))
    for part in parts:
        assert len(part.get("custom_id", "")) <= 100
        assert len(part.get("label") or "") <= 80
        if part["type"] == 1:
            assert 1 <= len(part["components"]) <= 5
        if part["type"] == 3:
            assert 1 <= len(part["options"]) <= 25
            assert sum(bool(option["default"]) for option in part["options"]) <= 1
        if part["type"] == 9:
            assert 1 <= len(part["components"]) <= 3
        if part["type"] == 10:
            assert part["content"].strip()


@pytest.mark.parametrize("name", [name for name in [*SCREENS, *MODALS] if name not in ("notice", "problem")])
def test_portuguese_screen_shows_no_english(name: str) -> None:
    """Every text of our own differs between the two; what is equal is the shop's own words, codes and amounts."""
    texts = []
    for locale in LOCALES:
        with in_language(locale):
            shown = MODALS[name]()["components"] if name in MODALS else SCREENS[name]().components
        texts.append({line for text in _texts(shown) for line in text.splitlines()})
    same = {line for line in texts[0] & texts[1] if any(word in line.split() for word in ENGLISH)}
    assert not same


ENGLISH = {
    "the",
    "The",
    "your",
    "Your",
    "you",
    "You",
    "is",
    "was",
    "Pay",
    "Order",
    "Buy",
    "to",
    "of",
    "for",
    "Only",
    "Update",
    "Cancel",
    "Delivered",
    "Awaiting",
    "Sold",
    "wait",
}


def test_names_of_sellers_are_shown_as_typed() -> None:
    assert plain("a*b_c [x](http://x) `k` <@1> ||s||") == r"a\*b\_c \[x\](http://x) \`k\` \<@1\> \|\|s\|\|"
    assert plain("# big\n\n- list") == r"\# big - list"
    assert plain("1. one") == r"1\. one"
    assert "@everyone" not in plain("@everyone @here")
    assert len(plain("x" * 500)) == 200


def test_money_follows_the_language() -> None:
    with in_language("pt-BR"):
        assert money(-128430, "BRL") == "−R$\xa01.284,30"
    with in_language("en-GB"):
        assert money(128430, "BRL") == "R$1,284.30"


def test_qr_is_black_on_white_with_its_quiet_zone() -> None:
    png = qr_png("00020101021226850014br.gov.bcb.pix2563pix.example.com/qr/v2/0123456789abcdef5204000053039865802BR6304ABCD")
    code = segno.make("x" * 120, error="m", micro=False)
    assert code.symbol_size(border=4)[0] - code.symbol_size(border=0)[0] == 8
    assert png[:8] == b"\x89PNG\r\n\x1a\n"


def test_long_or_awkward_goods_go_into_a_file() -> None:
    many = goods.goods(facts.order("delivered"), facts.goods(*[f"KEY-{at:04}" for at in range(40)]))
    assert [file.name for file in many.files] == ["LD-7K3E2A.txt"]
    assert b"KEY-0039" in many.files[0].content
    assert not [text for text in _texts(many.components) if "KEY-" in text]
    awkward = goods.goods(facts.order("delivered"), facts.goods("a```b"))
    assert awkward.files
    few = goods.goods(facts.order("delivered"), facts.goods("AAAA"))
    assert not few.files
    assert any("```\nAAAA\n```" in text for text in _texts(few.components))


def _walk(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        yield from _walk(part.get("components") or [])
        for key in ("accessory", "component"):
            if part.get(key):
                yield from _walk([part[key]])


def _texts(parts: Any) -> Iterator[str]:
    for part in _walk(list(parts)):
        for key in ("content", "label", "placeholder", "description"):
            if part.get(key):
                yield part[key]
        for option in part.get("options") or []:
            yield option["label"]
            yield option.get("description") or ""
