"""Pagar: the order is placed, or the buyer is told before anything is charged."""

from astra.core.foundation.failure import Failure, NotFound
from astra.core.journey.sales.access import access_buyers_order
from astra.core.journey.sales.actions.place_order import place_order
from astra.core.surfaces.discord.cart_message import DRAFT, show_cart
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.conversation import hold_message
from astra.core.surfaces.discord.order_message import answer_in_place
from astra.core.surfaces.discord.reply import Reply, changed_message
from astra.core.surfaces.discord.screens.charge import making_charge


def pay(click: Click) -> Reply:
    """Places the order; the PIX follows by a job."""
    return _place(click, accepts_waiting=False)


def pay_and_wait(click: Click) -> Reply:
    """Places the order although there is not enough in stock: the buyer agreed to wait."""
    return _place(click, accepts_waiting=True)


def _place(click: Click, *, accepts_waiting: bool) -> Reply:
    order_id = click.order_id()
    order = access_buyers_order(click.seller_id, order_id, click.buyer_id)
    if order.commercial != DRAFT:
        return answer_in_place(click, order_id)
    shown = making_charge(order)
    # Before the order is placed: the job that shows the PIX must find the message to show it in.
    hold_message(click, order_id, shown.name)
    try:
        place_order(
            seller_id=click.seller_id,
            order_id=order_id,
            buyer_id=click.buyer_id,
            click_id=click.interaction_id,
            accepts_waiting=accepts_waiting,
        )
    except NotFound:
        raise
    except Failure as failure:
        if not failure.text:
            raise
        return show_cart(click, order_id, str(failure.text))
    return changed_message(shown)
