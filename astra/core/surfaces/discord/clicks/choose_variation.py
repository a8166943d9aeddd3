"""Another variation."""

import uuid

from astra.core.surfaces.discord.cart_message import change_and_show
from astra.core.surfaces.discord.click import Click, UnreadableClick
from astra.core.surfaces.discord.reply import Reply


def choose_variation(click: Click) -> Reply:
    """Puts the chosen variation into the cart."""
    try:
        variation_id = uuid.UUID(click.values[0])
    except (IndexError, ValueError):
        raise UnreadableClick() from None
    return change_and_show(click, variation_id=variation_id)
