"""What cards show is not true any more."""

import uuid

from django.db.models import F

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.publication.events import PublicationWanted
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State


def mark_outdated(*, seller_id: uuid.UUID, product_id: uuid.UUID | None = None, instance_id: uuid.UUID | None = None) -> int:
    """Has every card of a product, or of a bot, written anew; returns how many. Failed and withdrawn ones wait for the seller."""
    which = {"instance_id": instance_id} if product_id is None else {"product_id": product_id}
    with acting_for(seller_id):
        # All live rows are locked before any is judged: a card that becomes published meanwhile is not missed.
        live = [State.PUBLISHED, State.PUBLISHING, State.OUTDATED, State.WANTED]
        cards = list(Publication.objects.select_for_update().filter(seller_id=seller_id, state__in=live, **which).order_by("id"))
        shown = [card for card in cards if card.state == State.PUBLISHED]
        # An attempt under way, or one that is due, will show the new state, or be told that it did not.
        Publication.objects.filter(id__in=[card.id for card in cards]).update(version=F("version") + 1)
        for card in shown:
            Publication.objects.filter(id=card.id).update(state=State.OUTDATED, woken_at=AstraNow())
            emit(PublicationWanted(seller_id, card.id))
    return len(shown)
