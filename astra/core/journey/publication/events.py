"""What publication tells the others."""

import uuid
from dataclasses import dataclass

from astra.core.foundation.events import Event


@dataclass(frozen=True)
class PublicationWanted(Event):
    """A card is to be written, or written anew."""

    publication_id: uuid.UUID


@dataclass(frozen=True)
class PublicationUnwanted(Event):
    """A card is to be taken out of its channel."""

    publication_id: uuid.UUID
