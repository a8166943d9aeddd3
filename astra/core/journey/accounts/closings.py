"""What others may know of a seller who is leaving: what is in the way, and since when."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.leaving import Hindrance, leaving_stages
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Closing

OPEN = (Closing.ASKED, Closing.WINDING_DOWN)


@dataclass(frozen=True, slots=True)
class ClosingFacts:
    """A seller's way out. It may be undone while it is only asked for."""

    id: uuid.UUID
    state: str
    asked_at: datetime.datetime
    due_at: datetime.datetime

    @property
    def may_be_undone(self) -> bool:
        """Whether nothing has ended yet."""
        return self.state == Closing.ASKED


def hindrances(seller_id: uuid.UUID) -> list[Hindrance]:
    """Everything that is in the way of a seller's leaving, in the order of the journey."""
    with acting_for(seller_id):
        return [one for stage in leaving_stages() if stage.hindrances for one in stage.hindrances(seller_id)]


def closing_of(seller_id: uuid.UUID) -> ClosingFacts | None:
    """The seller's way out, or None for one who stays."""
    with acting_for(seller_id):
        row = Closing.objects.filter(seller_id=seller_id, state__in=OPEN).first()
    return ClosingFacts(row.id, row.state, row.created_at, row.due_at) if row else None
