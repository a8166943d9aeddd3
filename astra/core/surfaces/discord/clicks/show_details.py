"""Detalhes: all about the card's product, in a message of the reader's own."""

from astra.core.journey.catalog.queries import product_facts
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.reply import Reply, new_message
from astra.core.surfaces.discord.screens.details import details


def show_details(click: Click) -> Reply:
    """Shows the product as it is now, whatever an older card says. Raises NotFound when it is not this shop's."""
    return new_message(details(product_facts(click.seller_id, click.id_at(0))))
