"""A withdrawn card is gone from its channel."""

import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


def record_withdrawal(*, seller_id: uuid.UUID, publication_id: uuid.UUID, message_id: str) -> bool:
    """Forgets the message of a withdrawn card after it was deleted; False when the card has another message by now."""
    with acting_for(seller_id):
        gone = Publication.objects.filter(seller_id=seller_id, id=publication_id, state=State.WITHDRAWN, message_id=message_id)
        return bool(gone.update(message_id=""))
