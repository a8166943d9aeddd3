"""The only way from an id in a request to an instance."""

import uuid

from astra.core.foundation.failure import NotFound
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import InstanceFacts, instance_facts


def access_instance(seller_id: uuid.UUID, instance_id: uuid.UUID | str) -> InstanceFacts:
    """The facts of a seller's own instance. Raises NotFound for anything else: somebody else's, and one that was parted with."""
    try:
        found = uuid.UUID(str(instance_id))
    except ValueError:
        raise NotFound(kind="instance") from None
    with acting_for(seller_id):
        if not Instance.objects.filter(id=found, archived_at=None).exists():
            raise NotFound(kind="instance")
        return instance_facts(seller_id, found)


def access_any_instance(instance_id: uuid.UUID) -> InstanceFacts:
    """The facts of anybody's instance that was not archived, for the operator. Raises NotFound."""
    with as_system():
        seller_id = Instance.objects.filter(id=instance_id, archived_at=None).values_list("seller_id", flat=True).first()
    if seller_id is None:
        raise NotFound(kind="instance")
    return instance_facts(seller_id, instance_id)
