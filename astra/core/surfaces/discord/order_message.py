"""How a press on a placed order is answered: at once with nothing, then by a job that draws its message."""

import uuid

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.conversation import hold_message
from astra.core.surfaces.discord.reply import Reply, later_in_new_message, later_in_this_message


def answer_in_place(click: Click, order_id: uuid.UUID) -> Reply:
    """The pressed message is drawn anew by a job (it may hold a picture, which an answer cannot carry)."""
    _draw_later(click, order_id, is_new=False)
    return later_in_this_message()


def answer_in_new_message(click: Click, order_id: uuid.UUID) -> Reply:
    """A new message follows the order from now on."""
    _draw_later(click, order_id, is_new=True)
    return later_in_new_message()


def _draw_later(click: Click, order_id: uuid.UUID, *, is_new: bool) -> None:
    with acting_for(click.seller_id):
        hold_message(click, order_id, "", is_new=is_new)
        enqueue("discord.show_order", seller_id=click.seller_id, order_id=order_id)
