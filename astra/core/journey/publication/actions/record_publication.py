"""What became of an attempt to write a card."""

import uuid

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.events import PublicationUnwanted, PublicationWanted
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


def record_publication(
    *,
    seller_id: uuid.UUID,
    publication_id: uuid.UUID,
    fence: int,
    message_id: str | None,
    failure: str = "",
    waits: bool = False,
) -> bool:
    """Writes the outcome of a claim; False when the fence is an old one (somebody else took over, or it was published anew).

    ``failure`` says in the seller's words why the card is not there; only the seller's next press tries again. With ``waits`` it is not
    the card's fault (the bot's token is dead): it stays wanted, with the reason, and the sweep brings it when the bot may speak again. A
    card that changed meanwhile is written once more; one that was withdrawn meanwhile is taken out again.
    """
    with acting_for(seller_id):
        row = Publication.objects.select_for_update().filter(seller_id=seller_id, id=publication_id, fence=fence).first()
        if row is None or row.state not in (State.PUBLISHING, State.WITHDRAWN):
            return False
        message = message_id or row.message_id
        if row.state == State.WITHDRAWN:
            Publication.objects.filter(id=row.id).update(message_id=message, lease_until=None)
            if message:
                emit(PublicationUnwanted(seller_id, row.id))
            return True
        state = State.PUBLISHED if row.claimed_version == row.version else State.OUTDATED
        if waits:
            state = State.OUTDATED if row.message_id else State.WANTED
        elif failure or not message:
            state = State.FAILED
        change = {} if waits or state == State.FAILED else {"published_at": AstraNow()}
        Publication.objects.filter(id=row.id).update(
            state=state,
            reason=failure[:300],
            message_id=message,
            lease_until=None,
            tries=0,
            woken_at=AstraNow(),
            **change,
        )
        if state == State.OUTDATED and not waits:
            emit(PublicationWanted(seller_id, row.id))
    return True
