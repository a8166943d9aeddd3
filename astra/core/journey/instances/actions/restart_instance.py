"""A person wants the bot to begin afresh."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.start_instance import ask_to_run
from astra.core.journey.instances.models import Instance


def restart_instance(*, seller_id: uuid.UUID, instance_id: uuid.UUID, actor: Actor, reason: str = "") -> None:
    """Ends the running copy, if any, and starts another; a stopped instance is started."""
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
        ask_to_run(instance, actor)
        record(seller_id=seller_id, actor=actor, verb="restart_instance", object_kind="instance", object_id=instance_id, reason=reason)
