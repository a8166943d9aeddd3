"""The colour of the bot's messages."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.events import InstanceRecoloured
from astra.core.journey.instances.models import Instance

USUAL_ACCENT = 0x0F7D90


def set_accent(*, seller_id: uuid.UUID, instance_id: uuid.UUID, accent: int | None, actor: Actor) -> bool:
    """Wants another colour (0xRRGGBB; None: the usual one) and has the cards that stand drawn anew; whether it is another one.

    What the bot writes from now on has it. Raises Instance.DoesNotExist.
    """
    accent = None if accent == USUAL_ACCENT else accent
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
        if instance.accent == accent:
            return False
        Instance.objects.filter(id=instance_id).update(accent=accent)
        emit(InstanceRecoloured(seller_id, instance_id))
        record(seller_id=seller_id, actor=actor, verb="set_accent", object_kind="instance", object_id=instance_id)
    return True
