"""The cart is given up before anything was reserved."""

from django.utils.translation import gettext as _

from astra.core.foundation.audit import Actor
from astra.core.journey.sales.access import access_buyers_order
from astra.core.journey.sales.actions import cancel_order
from astra.core.surfaces.discord.cart_message import DRAFT
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.order_message import answer_in_place
from astra.core.surfaces.discord.reply import Reply, changed_message
from astra.core.surfaces.discord.screens.notice import notice


def cancel_cart(click: Click) -> Reply:
    """Drops a draft; a cart that was placed meanwhile shows its order instead."""
    order_id = click.order_id()
    if access_buyers_order(click.seller_id, order_id, click.buyer_id).commercial != DRAFT:
        return answer_in_place(click, order_id)
    cancel_order.cancel_order(seller_id=click.seller_id, order_id=order_id, actor=Actor("buyer", click.buyer_id))
    return changed_message(notice(_("Cart given up. Nothing was charged.")))
