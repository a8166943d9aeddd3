"""The seller says where the shop is: which server, which channels."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.events import emit
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import channels_of, guilds_of
from astra.core.journey.instances.actions.report_token import reporting_refusal
from astra.core.journey.instances.events import InstanceShifted
from astra.core.journey.instances.models import Instance, ShopChannel
from astra.core.journey.instances.queries import working_token

MOST_CHANNELS = 25


class NotTheBots(Failure):
    """The server or a channel is none that the bot sees."""

    label = "instance_not_the_bots"
    text = _("The bot does not see this server or channel. Nothing was changed. Add the bot there first, then choose again.")


def choose_channels(*, seller_id: uuid.UUID, instance_id: uuid.UUID, guild_id: str, channel_ids: Sequence[str], actor: Actor) -> None:
    """Makes a server the instance's home and these its shop's channels (at most 25); the doctor examines them from now on.

    Asks Discord whether the bot is there: never inside a transaction. Raises NotTheBots, the failures of ``integrations.discord``,
    Instance.DoesNotExist; then nothing was changed.
    """
    with reporting_refusal(seller_id, instance_id):
        token = working_token(seller_id, instance_id)
        guild = next((one for one in guilds_of(token) if one.id == guild_id), None)
        if guild is None:
            raise NotTheBots
        names = {channel.id: channel.name for channel in channels_of(token, guild_id)}
    wanted = list(dict.fromkeys(channel_ids))[:MOST_CHANNELS]
    if any(key not in names for key in wanted):
        raise NotTheBots
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id, archived_at=None)
        Instance.objects.filter(id=instance.id).update(guild_id=guild.id, guild_name=guild.name[:100])
        ShopChannel.objects.filter(instance_id=instance_id).exclude(channel_id__in=wanted).delete()
        for key in wanted:
            ShopChannel.objects.update_or_create(
                seller_id=seller_id, instance_id=instance_id, channel_id=key, defaults={"name": names[key][:100]}
            )
        record(
            seller_id=seller_id,
            actor=actor,
            verb="choose_channels",
            object_kind="instance",
            object_id=instance_id,
            facts={"guild_id": guild.id, "channels": wanted},
        )
        emit(InstanceShifted(seller_id, instance_id))
