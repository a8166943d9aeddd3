"""What the bot shows below its name."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.models import Instance

LONGEST_PRESENCE = 100


def set_presence(*, seller_id: uuid.UUID, instance_id: uuid.UUID, text: str, actor: Actor) -> None:
    """Wants another presence text; empty means the instance's name. A running bot takes it with its next heartbeat."""
    with acting_for(seller_id):
        clean = " ".join(text.split())[:LONGEST_PRESENCE]
        if Instance.objects.filter(id=instance_id).exclude(presence_text=clean).update(presence_text=clean):
            record(seller_id=seller_id, actor=actor, verb="set_presence", object_kind="instance", object_id=instance_id)
