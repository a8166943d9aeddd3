"""Ver minha compra: answered with nothing; a job reads back who will see it, and only then writes the goods."""

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.ids import new_id
from astra.core.foundation.jobs import enqueue
from astra.core.foundation.sealing.seal import seal
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.sales.access import access_buyers_order
from astra.core.surfaces.discord.click import Click
from astra.core.surfaces.discord.conversation import TOKEN_LIFE
from astra.core.surfaces.discord.models import Reveal
from astra.core.surfaces.discord.reply import Reply, later_in_new_message

TABLE, COLUMN = "discord_reveal", "token"


def see_goods(click: Click) -> Reply:
    """Takes the wish of the order's own buyer. Raises NotFound for anybody else."""
    order = access_buyers_order(click.seller_id, click.order_id(), click.buyer_id)
    reveal_id = new_id()
    with acting_for(click.seller_id):
        Reveal.objects.create(
            id=reveal_id,
            seller_id=click.seller_id,
            order_id=order.id,
            instance_id=click.instance.id,
            application_id=click.instance.application_id,
            buyer_id=click.buyer_id,
            locale=click.locale,
            interaction_id=click.interaction_id,
            transport=click.transport,
            token=seal(click.token.reveal(), seller_id=click.seller_id, table=TABLE, row_id=reveal_id, column=COLUMN),
            until=AstraNow() + TOKEN_LIFE,
        )
        enqueue("discord.reveal", seller_id=click.seller_id, reveal_id=reveal_id)
    return later_in_new_message()
