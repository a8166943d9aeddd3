"""A seller parts with a bot."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.clock import AstraNow
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import drop_route
from astra.core.journey.instances.events import InstanceConfigured
from astra.core.journey.instances.models import Instance


def archive_instance(*, seller_id: uuid.UUID, instance_id: uuid.UUID, actor: Actor) -> None:
    """Stops it and frees its application and its place in the plan. Its rows and its history stay."""
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id)
        if instance.archived_at is not None:
            return
        Instance.objects.filter(id=instance_id).update(
            wanted_state="stopped", archived_at=AstraNow(), endpoint_checked_at=None, endpoint_failures=0, version=instance.version + 1
        )
        drop_route(kind="application", key=instance.application_id)
        record(seller_id=seller_id, actor=actor, verb="archive_instance", object_kind="instance", object_id=instance_id)
        emit(InstanceConfigured(seller_id, instance_id))
