"""Takes a product's card out of its channel."""

import uuid

from astra.core.integrations.discord.rest import DiscordRest, Refused
from astra.core.journey.instances.actions.report_token import reporting_refusal
from astra.core.journey.publication.actions.record_withdrawal import record_withdrawal
from astra.core.journey.publication.queries import publication_facts
from astra.core.surfaces.discord.sends.bot import token_of

WITHDRAWN = "withdrawn"
GONE_CODES = frozenset({10003, 10008, 50001})


def withdraw_card(*, seller_id: uuid.UUID, publication_id: uuid.UUID) -> None:
    """Deletes the card's message; one that is gone already is as good. Published again meanwhile: nothing happens.

    Raises what may pass, and Refused.
    """
    publication = publication_facts(seller_id, publication_id)
    if publication.state != WITHDRAWN or not publication.message_id:
        return
    try:
        with reporting_refusal(seller_id, publication.instance_id):
            DiscordRest(token_of(seller_id, publication.instance_id)).delete(
                f"/channels/{publication.channel_id}/messages/{publication.message_id}"
            )
    except Refused as failure:
        if failure.code not in GONE_CODES:
            raise
    record_withdrawal(seller_id=seller_id, publication_id=publication_id, message_id=publication.message_id)
