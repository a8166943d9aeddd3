"""What a buyer does in Discord, in the words of the first sale."""

import re
import struct
import time
from dataclasses import dataclass
from typing import Any

from tests.journey.guild import Person, custom_id, custom_ids, options_of, text_of, wait
from tests.journey.world import World


@dataclass
class Purchase:
    """One order as its buyer sees it."""

    message: dict[str, Any]
    order_id: str
    code: str = ""


def card_of(person: Person, channel_id: str, name: str) -> dict[str, Any]:
    """The card of a product in a channel, waited for."""
    return wait(
        lambda: next(
            (one for one in person.messages(channel_id) if name in text_of(one) and any(c.startswith("buy:") for c in custom_ids(one))),
            None,
        ),
        20,
        lambda: [text_of(one) for one in person.messages(channel_id)],
    )


def open_cart(person: Person, card: dict[str, Any]) -> Purchase:
    """Presses Buy: an ephemeral cart."""
    answer = person.press(card, custom_id(card, "buy:"))
    assert answer["outcome"] == "message", answer
    message = answer["message"]
    assert message["flags"] & 64, "the cart is for the buyer alone"
    order = re.match(r"cart:([0-9a-f-]{36}):", custom_id(message, "cart:"))
    assert order
    return Purchase(message, order.group(1))


def choose(person: Person, cart: Purchase, *, variation: str = "", quantity: int = 1, coupon: str = "") -> Purchase:
    """Chooses variation and quantity and types a coupon."""
    if variation:
        select = f"cart:{cart.order_id}:variation"
        value = next(one["value"] for one in options_of(cart.message, select) if variation in one["label"])
        cart.message = _after(person, cart, person.choose(cart.message, select, value))
    if quantity != 1:
        cart.message = _after(person, cart, person.choose(cart.message, f"cart:{cart.order_id}:quantity", str(quantity)))
    if coupon:
        answer = person.press(cart.message, f"cart:{cart.order_id}:coupon")
        assert answer["outcome"] == "modal", answer
        field = _first_input(answer["modal"]["components"])
        cart.message = _after(person, cart, person.fill(answer["modal"], **{field: coupon}))
    return cart


def accept(person: Person, cart: Purchase, *, button: str = "pay") -> dict[str, Any]:
    """Presses the button that pays; returns the outcome."""
    answer = person.press(cart.message, f"cart:{cart.order_id}:{button}")
    assert answer["outcome"] in ("update", "message", "deferred_update", "deferred"), answer
    if answer.get("message"):
        cart.message = answer["message"]
    return answer


def wait_for_code(person: Person, cart: Purchase) -> str:
    """The copy-paste code, from the message with the QR or the one beside it."""

    def look() -> str | None:
        for message in reversed(person.messages(cart.message["channel_id"])):
            found = re.search(r"00020[12]\d{2}.{40,500}?6304[0-9A-F]{4}", text_of(message))
            if found and found.group(0) not in _used:
                return found.group(0)
        return None

    cart.code = wait(look, 20, lambda: text_of(person.now(cart.message)))
    _used.add(cart.code)
    return cart.code


_used: set[str] = set()


def wait_for_goods_button(person: Person, cart: Purchase, seconds: float = 20) -> dict[str, Any]:
    """The buyer's own message, once it has changed into the one that opens the purchase."""
    return person.wait_for(cart.message, lambda shown: f"see:{cart.order_id}" in custom_ids(shown), seconds)


def open_goods(person: Person, message: dict[str, Any], order_id: str) -> str:
    """Presses "Ver minha compra"; returns the text that the core wrote into the reply."""
    answer = person.press(message, f"see:{order_id}")
    assert answer["outcome"] == "deferred", "a secret never travels in a click's own reply"
    interaction = answer["interaction_id"]

    def look() -> str | None:
        state = person.discord.get(f"as/{person.id}/interactions/{interaction}")
        shown = state.get("message") or {}
        assert not shown or shown.get("flags", 0) & 64
        return text_of(shown) if shown and not shown.get("flags", 0) & 128 else None

    return wait(look, 20)


def buy_and_open(world: World, person: Person, card: dict[str, Any], *, variation: str = "") -> tuple[Purchase, float]:
    """A whole sale; returns it with the seconds from payment to delivery as the buyer saw them."""
    cart = choose(person, open_cart(person, card), variation=variation)
    accept(person, cart)
    world.bank.pay(wait_for_code(person, cart))
    paid = time.monotonic()
    wait_for_goods_button(person, cart)
    return cart, time.monotonic() - paid


def picture_size(png: bytes) -> tuple[int, int]:
    """Width and height of a PNG."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _after(person: Person, cart: Purchase, answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["outcome"] in ("update", "deferred_update", "message"), answer
    return answer.get("message") or person.now(cart.message)


def _first_input(components: Any) -> str:
    from tests.journey.guild import walk

    return str(next(one["custom_id"] for one in walk(components) if one.get("type") == 4))
