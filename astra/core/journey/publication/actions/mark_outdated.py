"""What a product's cards show is not true any more."""

import uuid

from django.db.models import F

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.events import PublicationWanted
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


def mark_outdated(*, seller_id: uuid.UUID, product_id: uuid.UUID) -> int:
    """Has every card of a product written anew; returns how many. Failed and withdrawn ones wait for the seller."""
    with acting_for(seller_id):
        cards = Publication.objects.filter(seller_id=seller_id, product_id=product_id)
        shown = list(cards.filter(state=State.PUBLISHED).select_for_update().order_by("id"))
        # An attempt under way, or one that is due, will show the new state, or be told that it did not.
        cards.filter(state__in=[State.PUBLISHING, State.OUTDATED, State.WANTED]).update(version=F("version") + 1)
        for card in shown:
            Publication.objects.filter(id=card.id).update(state=State.OUTDATED, version=card.version + 1, woken_at=AstraNow())
            emit(PublicationWanted(seller_id, card.id))
    return len(shown)
