"""Before something is published: may the bot write in this channel at all?"""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.failures import DiscordFailure
from astra.core.integrations.discord.guild import read_guild
from astra.core.journey.instances.actions.report_token import reporting_refusal
from astra.core.journey.instances.doctor.examine import examine_channel
from astra.core.journey.instances.doctor.words import in_one_sentence
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.queries import working_token
from astra.core.journey.instances.real_clock import real_instant


class ChannelCannotWork(Failure):
    """The bot cannot write in the channel; the text says what is missing and how it is given. Nothing was published."""

    label = "channel_cannot_work"
    text = _("The bot cannot write in this channel. Nothing was published.")


def require_channel(*, seller_id: uuid.UUID, instance_id: uuid.UUID, channel_id: str) -> None:
    """Simulates writing a card in a channel. Raises ChannelCannotWork with the fix, Instance.DoesNotExist.

    Three readings at Discord: never inside a transaction. Where Discord cannot be asked nothing is refused: the attempt itself will
    say what is wrong.
    """
    with acting_for(seller_id):
        instance = Instance.objects.get(id=instance_id)
    if not instance.guild_id:
        return
    try:
        with reporting_refusal(seller_id, instance_id):
            guild = read_guild(working_token(seller_id, instance_id), instance.guild_id, instance.bot_id, real_instant())
    except DiscordFailure:
        return
    if guild is None:
        raise ChannelCannotWork(_("The bot is not in your server any more. Nothing was published. Add it again by the invite in Instance."))
    if guild.is_silenced:
        raise ChannelCannotWork(
            _("A moderator has timed the bot out, so it can write nowhere. Nothing was published. Remove the time-out at Discord.")
        )
    channel = guild.channel(channel_id)
    if channel is None:
        return  # of another server: the bot may be in several
    steps = examine_channel(guild, channel_id, channel.name)
    blocked = next((step for step in steps if step.verdict == "blocked"), None)
    if blocked is not None:
        raise ChannelCannotWork(in_one_sentence(blocked, instance.bot_name))
