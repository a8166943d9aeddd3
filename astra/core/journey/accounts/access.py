"""The only way from an id in a request to an export."""

import uuid

from astra.core.foundation.failure import NotFound
from astra.core.journey.accounts.exports import ExportFacts, export_facts


def access_export(seller_id: uuid.UUID, export_id: uuid.UUID) -> ExportFacts:
    """An export of this seller. Raises NotFound."""
    found = export_facts(seller_id, export_id)
    if found is None:
        raise NotFound(export_id=str(export_id))
    return found
