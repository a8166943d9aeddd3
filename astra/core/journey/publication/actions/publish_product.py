"""A product is to be shown in a channel."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.catalog.access import access_product
from astra.core.journey.instances.access import access_instance
from astra.core.journey.instances.actions.require_channel import require_channel
from astra.core.journey.publication.events import PublicationWanted
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


class ProductArchived(Failure):
    """An archived product is not shown. Nothing was published."""

    label = "product_archived"
    text = _("This product is archived. Nothing was published: restore it first.")


class ChannelMissing(Failure):
    """No channel was chosen. Nothing was published."""

    label = "channel_missing"
    text = _("Choose the channel for the card. Nothing was published yet.")


def publish_product(
    *,
    seller_id: uuid.UUID,
    product_id: uuid.UUID,
    instance_id: uuid.UUID,
    channel_id: str,
    channel_name: str,
    actor: Actor,
) -> uuid.UUID:
    """Wants a product's card in a channel and returns the publication's id; the card is written a moment later.

    A product has one card per channel: publishing it there again writes the same card anew. A channel in which the bot cannot write
    is refused with what to do; that is read from Discord: call it outside any transaction. Raises NotFound, ProductArchived,
    ChannelMissing, ChannelCannotWork.
    """
    if not channel_id:
        raise ChannelMissing
    access_instance(seller_id, instance_id)
    require_channel(seller_id=seller_id, instance_id=instance_id, channel_id=channel_id)
    with acting_for(seller_id):
        if access_product(seller_id, product_id).archived_at is not None:
            raise ProductArchived
        access_instance(seller_id, instance_id)
        row, is_new = Publication.objects.get_or_create(
            seller_id=seller_id,
            product_id=product_id,
            channel_id=channel_id,
            defaults={"instance_id": instance_id, "channel_name": channel_name[:100]},
        )
        if not is_new:
            row = Publication.objects.select_for_update().get(id=row.id)
            # An attempt under way shows an older version; its fence ends here.
            Publication.objects.filter(id=row.id).update(
                instance_id=instance_id,
                channel_name=channel_name[:100],
                # Another bot cannot change the old bot's message.
                message_id=row.message_id if row.instance_id == instance_id else "",
                state=State.WANTED,
                reason="",
                version=row.version + 1,
                fence=row.fence + 1,
                generation=row.generation + 1,
                generation_at=None,
                lease_until=None,
                tries=0,
                woken_at=AstraNow(),
            )
        record(
            seller_id=seller_id,
            actor=actor,
            verb="publish_product",
            object_kind="publication",
            object_id=row.id,
            facts={"product_id": str(product_id), "channel_id": channel_id},
        )
        emit(PublicationWanted(seller_id, row.id))
    return row.id
