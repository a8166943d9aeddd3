"""Cards that a lost job left behind."""

import uuid

from django.db import connection

from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.publication.events import PublicationUnwanted, PublicationWanted
from astra.core.journey.publication.models import Publication
from astra.core.journey.publication.models.publication import State

BATCH = 200
# An unwanted message that cannot be deleted is tried for a while, then left to the seller.
WITHDRAWAL_TRIES = 5
# A bot whose token is dead writes and deletes nothing: its cards wait, and no try is spent, until it has another one.
OPEN = """
SELECT seller_id, id FROM publication_publication p
 WHERE woken_at < astra_now() - interval '15 seconds'
   AND (state IN ('wanted', 'outdated') OR (state = 'publishing' AND lease_until <= astra_now())
        OR (state = 'withdrawn' AND message_id <> '' AND tries < %s))
   AND NOT EXISTS (SELECT FROM instances_instance i WHERE i.seller_id = p.seller_id AND i.id = p.instance_id AND i.reason = 'token_invalid')
 ORDER BY woken_at LIMIT %s
"""


def sweep_publications() -> int:
    """Wakes the writers of cards that wait, or were left behind, and of messages still to be deleted; returns how many."""
    with as_system(), connection.cursor() as cursor:
        cursor.execute(OPEN, [WITHDRAWAL_TRIES, BATCH])
        found = list(cursor.fetchall())
    return sum(_wake(seller_id, publication_id) for seller_id, publication_id in found)


def _wake(seller_id: uuid.UUID, publication_id: uuid.UUID) -> int:
    with acting_for(seller_id):
        row = Publication.objects.select_for_update(skip_locked=True).filter(seller_id=seller_id, id=publication_id).first()
        if row is None:
            return 0
        is_unwanted = row.state == State.WITHDRAWN
        Publication.objects.filter(id=row.id).update(woken_at=AstraNow(), tries=row.tries + 1 if is_unwanted else row.tries)
        emit(PublicationUnwanted(seller_id, row.id) if is_unwanted else PublicationWanted(seller_id, row.id))
    return 1
