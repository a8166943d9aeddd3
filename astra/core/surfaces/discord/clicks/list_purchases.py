"""/compras: everything this person bought in this shop."""

from astra.core.journey.sales.queries import orders_of_buyer
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.reply import Reply, new_message
from astra.core.surfaces.discord.screens.purchases import purchases

HAS_GOODS = frozenset({"fulfilling", "delivered", "partially_delivered", "partially_refunded"})


def list_purchases(click: Click) -> Reply:
    """The buyer's own orders, newest first, each with a button."""
    return new_message(purchases(orders_of_buyer(click.seller_id, click.buyer_id), can_open=HAS_GOODS))
