"""A coupon: asked for, taken, taken off."""

from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.cart_message import change_and_show
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.reply import Reply, form
from astra.core.surfaces.discord.screens.modals import COUPON_FIELD, coupon_modal


def open_coupon(click: Click) -> Reply:
    """Opens the form."""
    order = access_buyers_order(click.seller_id, click.order_id(), click.buyer_id)
    return form(coupon_modal(order.id, order.coupon_code or ""))


def enter_coupon(click: Click) -> Reply:
    """Takes the code that was typed; an empty one takes the coupon off."""
    return change_and_show(click, coupon_code=click.fields.get(COUPON_FIELD, "").strip()[:40])
