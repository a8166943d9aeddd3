"""The bot was added to a server, or removed from it."""

import uuid

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.check_session import SessionSuperseded
from astra.core.journey.instances.models import Instance


def record_guild_event(
    *, seller_id: uuid.UUID, instance_id: uuid.UUID, generation: int, kind: str, guild_id: str, guild_name: str = ""
) -> None:
    """Takes ``present``, ``joined`` or ``left`` of a server. The first server known is the instance's home.

    Raises SessionSuperseded for an older copy.
    """
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id)
        if instance.generation != generation or instance.archived_at is not None:
            raise SessionSuperseded
        if kind == "left":
            if instance.guild_id == guild_id:
                Instance.objects.filter(id=instance_id).update(guild_id="", guild_name="")
        elif instance.guild_id in ("", guild_id):
            Instance.objects.filter(id=instance_id).update(guild_id=guild_id, guild_name=guild_name[:100])
