"""An order from the list, or from a direct message, gets a message of its own."""

from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.order_message import answer_in_new_message
from astra.core.surfaces.discord.reply import Reply


def show_order_again(click: Click) -> Reply:
    """Shows the order in a new message, which from now on follows it."""
    order_id = click.order_id()
    access_buyers_order(click.seller_id, order_id, click.buyer_id)
    return answer_in_new_message(click, order_id)
