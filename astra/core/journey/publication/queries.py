"""What others may know of publications."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


@dataclass(frozen=True, slots=True)
class PublicationFacts:
    """A product's card in a channel. ``reason`` says in the seller's words why it is not there."""

    id: uuid.UUID
    product_id: uuid.UUID
    instance_id: uuid.UUID
    channel_id: str
    channel_name: str
    message_id: str
    state: str
    reason: str
    version: int
    published_at: datetime.datetime | None
    created_at: datetime.datetime


def publications(seller_id: uuid.UUID, product_id: uuid.UUID | None = None) -> list[PublicationFacts]:
    """The cards of a seller, or of one product, newest first."""
    with acting_for(seller_id):
        rows = Publication.objects.filter(seller_id=seller_id)
        if product_id is not None:
            rows = rows.filter(product_id=product_id)
        return [_facts(row) for row in rows.order_by("-created_at", "-id")]


def channels_in_use(seller_id: uuid.UUID, instance_id: uuid.UUID) -> list[tuple[str, str]]:
    """(id, name) of the channels in which an instance shows cards, or should."""
    with acting_for(seller_id):
        rows = Publication.objects.filter(seller_id=seller_id, instance_id=instance_id).exclude(state=State.WITHDRAWN)
        return list(rows.order_by("channel_name", "channel_id").values_list("channel_id", "channel_name").distinct())


def publication_facts(seller_id: uuid.UUID, publication_id: uuid.UUID) -> PublicationFacts:
    """One card. Raises NotFound."""
    with acting_for(seller_id):
        row = Publication.objects.filter(seller_id=seller_id, id=publication_id).first()
    if row is None:
        raise NotFound(publication_id=str(publication_id))
    return _facts(row)


def _facts(row: Publication) -> PublicationFacts:
    return PublicationFacts(
        row.id,
        row.product_id,
        row.instance_id,
        row.channel_id,
        row.channel_name,
        row.message_id,
        row.state,
        row.reason,
        row.version,
        row.published_at,
        row.created_at,
    )
