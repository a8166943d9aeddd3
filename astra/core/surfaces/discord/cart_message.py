"""The cart as it stands now, for the presses that change it."""

import uuid

from django.conf import settings

from astra.core.foundation.failure import Failure
from astra.core.journey.catalog.queries import product_facts
from astra.core.journey.sales.access import access_buyers_order
from astra.core.journey.sales.actions.change_cart import change_cart
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.conversation import hold_message
from astra.core.surfaces.discord.order_message import answer_in_place
from astra.core.surfaces.discord.reply import Reply, changed_message
from astra.core.surfaces.discord.screens.cart import cart
from astra.core.surfaces.discord.screens.parts import Screen

DRAFT = "draft"


def cart_screen(click: Click, order_id: uuid.UUID, said: str = "") -> Screen:
    """The buyer's own cart on screen. Raises NotFound for somebody else's."""
    order = access_buyers_order(click.seller_id, order_id, click.buyer_id)
    return cart(order, product_facts(click.seller_id, order.product_id), settings.ASTRA_CHARGE_MINUTES, said)


def change_and_show(
    click: Click, *, variation_id: uuid.UUID | None = None, quantity: int | None = None, coupon_code: str | None = None
) -> Reply:
    """Changes the cart and shows it; what could not be changed is said on top of the cart, which stays as it was.

    A cart that was placed meanwhile (an old press) shows its order instead. Raises NotFound for somebody else's.
    """
    order_id = click.order_id()
    if access_buyers_order(click.seller_id, order_id, click.buyer_id).commercial != DRAFT:
        return answer_in_place(click, order_id)
    said = ""
    try:
        change_cart(
            seller_id=click.seller_id,
            order_id=order_id,
            buyer_id=click.buyer_id,
            variation_id=variation_id,
            quantity=quantity,
            coupon_code=coupon_code,
        )
    except Failure as failure:
        if not failure.text:
            raise
        said = str(failure.text)
    return show_cart(click, order_id, said)


def show_cart(click: Click, order_id: uuid.UUID, said: str = "") -> Reply:
    """The pressed message becomes the cart."""
    shown = cart_screen(click, order_id, said)
    hold_message(click, order_id, shown.name)
    return changed_message(shown)
