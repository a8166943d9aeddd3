"""The only way from an id in a request to an instance."""

import uuid

from astra.core.foundation.failure import NotFound
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import InstanceFacts, instance_facts


def access_instance(seller_id: uuid.UUID, instance_id: uuid.UUID | str) -> InstanceFacts:
    """The facts of a seller's own instance. Raises NotFound for anything else, somebody else's instance included."""
    try:
        return instance_facts(seller_id, uuid.UUID(str(instance_id)))
    except (Instance.DoesNotExist, ValueError):
        raise NotFound(kind="instance") from None
