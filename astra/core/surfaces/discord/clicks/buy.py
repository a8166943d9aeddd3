"""Comprar: a cart opens, only for the one who pressed."""

from astra.core.journey.sales.actions.open_cart import open_cart
from astra.core.surfaces.discord.cart_message import cart_screen
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.conversation import hold_message
from astra.core.surfaces.discord.reply import Reply, new_message


def buy(click: Click) -> Reply:
    """Opens (or finds again) the buyer's cart of the card's product."""
    order_id = open_cart(
        seller_id=click.seller_id,
        instance_id=click.instance.id,
        buyer_id=click.buyer_id,
        buyer_name=click.buyer_name,
        guild_id=click.guild_id,
        channel_id=click.channel_id,
        product_id=click.id_at(0),
        click_id=click.interaction_id,
    )
    shown = cart_screen(click, order_id)
    hold_message(click, order_id, shown.name, is_new=True)
    return new_message(shown)
