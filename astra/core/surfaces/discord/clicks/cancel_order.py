"""An order that waits for its payment is given up. The provider is told first, so a job does it."""

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.conversation import hold_message
from astra.core.surfaces.discord.order_message import answer_in_place
from astra.core.surfaces.discord.reply import Reply, changed_message
from astra.core.surfaces.discord.screens.charge import cancelling

AWAITING_PAYMENT = "awaiting_payment"


def cancel_order(click: Click) -> Reply:
    """Asks for the cancelling; an order that cannot be cancelled any more shows how it stands."""
    order_id = click.order_id()
    order = access_buyers_order(click.seller_id, order_id, click.buyer_id)
    if order.commercial != AWAITING_PAYMENT:
        return answer_in_place(click, order_id)
    shown = cancelling(order)
    with acting_for(click.seller_id):
        hold_message(click, order_id, shown.name)
        enqueue("discord.cancel_order", seller_id=click.seller_id, order_id=order_id, buyer_id=click.buyer_id)
    return changed_message(shown)
