"""Já paguei: the provider is asked again, and the message is drawn anew."""

from astra.core.foundation.jobs import enqueue
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.order_message import answer_in_new_message, answer_in_place
from astra.core.surfaces.discord.reply import Reply

STILL_PAYABLE = frozenset({"awaiting_payment", "expired", "cancelled"})


def refresh_order(click: Click) -> Reply:
    """Shows the order as it is; one that may still be paid is first looked up at the provider, by a job.

    A direct message stays as it was sent: the order then gets a message of its own.
    """
    order_id = click.order_id()
    order = access_buyers_order(click.seller_id, order_id, click.buyer_id)
    if order.charge_id and order.commercial in STILL_PAYABLE:
        with acting_for(click.seller_id):
            enqueue("payments.take_reading", seller_id=click.seller_id, charge_id=order.charge_id)
    return answer_in_place(click, order_id) if click.is_on_ephemeral else answer_in_new_message(click, order_id)
