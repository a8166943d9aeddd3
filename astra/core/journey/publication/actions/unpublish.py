"""A card is not wanted any more."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.events import PublicationUnwanted
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


def unpublish(*, seller_id: uuid.UUID, publication_id: uuid.UUID, actor: Actor) -> None:
    """Withdraws a card; its message is deleted a moment later. Done already: nothing happens. Raises NotFound."""
    with acting_for(seller_id):
        row = Publication.objects.select_for_update().filter(seller_id=seller_id, id=publication_id).first()
        if row is None:
            raise NotFound(publication_id=str(publication_id))
        if row.state == State.WITHDRAWN:
            return
        # The fence stays: an attempt under way may still say which message it left behind, so that it can be deleted.
        Publication.objects.filter(id=row.id).update(state=State.WITHDRAWN, reason="", tries=0, woken_at=AstraNow())
        record(seller_id=seller_id, actor=actor, verb="unpublish", object_kind="publication", object_id=row.id)
        emit(PublicationUnwanted(seller_id, row.id))
