"""A person wants the bot to rest."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.events import InstanceConfigured
from astra.core.journey.instances.models import Instance


def stop_instance(*, seller_id: uuid.UUID, instance_id: uuid.UUID, actor: Actor, reason: str = "") -> None:
    """Wants it stopped. The supervisor ends the process; Discord is told to send no clicks."""
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id)
        if instance.wanted_state == "stopped":
            return
        instance.wanted_state = "stopped"
        instance.endpoint_failures = 0
        instance.endpoint_checked_at = None
        instance.version += 1
        instance.save(update_fields=["wanted_state", "endpoint_failures", "endpoint_checked_at", "version"])
        record(seller_id=seller_id, actor=actor, verb="stop_instance", object_kind="instance", object_id=instance_id, reason=reason)
        emit(InstanceConfigured(seller_id, instance_id))
