"""The operator says which instances meet a new version first."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.access import access_any_instance
from astra.core.journey.instances.models import Instance


def choose_channel(*, instance_id: uuid.UUID, channel: str, actor: Actor, reason: str = "") -> None:
    """Puts an instance into the channel ``early`` or ``stable``; nothing restarts. Raises NotFound, ValueError."""
    if channel not in dict(Instance.CHANNELS):
        raise ValueError(channel)
    seller_id = access_any_instance(instance_id).seller_id
    with acting_for(seller_id):
        Instance.objects.filter(id=instance_id).update(release_channel=channel)
        record(
            seller_id=seller_id,
            actor=actor,
            verb="choose_channel",
            object_kind="instance",
            object_id=instance_id,
            reason=reason,
            facts={"channel": channel},
        )
