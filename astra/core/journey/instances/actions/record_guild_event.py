"""The bot was added to a server, or removed from it, or something was changed there."""

import uuid

from astra.core.foundation.events import emit
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.instances.actions.check_session import SessionSuperseded
from astra.core.journey.instances.events import InstanceShifted
from astra.core.journey.instances.models import Instance


def record_guild_event(
    *, seller_id: uuid.UUID, instance_id: uuid.UUID, generation: int, kind: str, guild_id: str, guild_name: str = ""
) -> None:
    """Takes ``present``, ``joined``, ``left`` or ``changed`` (channels, roles, the bot's own place) of a server.

    The first server known is the instance's home. Its name is kept when the bot leaves: people are told where it is missing.
    Raises SessionSuperseded for an older copy.
    """
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id)
        if instance.generation != generation or instance.archived_at is not None:
            raise SessionSuperseded
        if kind == "left":
            if instance.guild_id == guild_id:
                Instance.objects.filter(id=instance_id).update(guild_id="")
        elif kind != "changed" and instance.guild_id in ("", guild_id):
            Instance.objects.filter(id=instance_id).update(guild_id=guild_id, guild_name=guild_name[:100])
        if instance.guild_id in ("", guild_id):
            emit(InstanceShifted(seller_id, instance_id))
