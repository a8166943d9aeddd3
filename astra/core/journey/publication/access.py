"""The only way from an id in a request to a publication."""

import uuid

from astra.core.journey.publication.queries import PublicationFacts, publication_facts


def access_publication(seller_id: uuid.UUID, publication_id: uuid.UUID) -> PublicationFacts:
    """A card of this seller. Raises NotFound."""
    return publication_facts(seller_id, publication_id)
