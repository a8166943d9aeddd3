"""Puts right what the doctor found, where the bot may do it by itself."""

import uuid

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.failure import Failure
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import register_commands
from astra.core.integrations.discord.guild import allow_in_channel, read_guild
from astra.core.integrations.discord.permissions import in_guild
from astra.core.journey.instances.actions.connect_endpoint import connect_endpoint
from astra.core.journey.instances.actions.examine_instance import examine_instance
from astra.core.journey.instances.actions.report_token import reporting_refusal
from astra.core.journey.instances.doctor.examine import NEEDED_BITS
from astra.core.journey.instances.doctor.steps import FIXED_BY_US, Step, from_plain
from astra.core.journey.instances.models import Checkup, Instance
from astra.core.journey.instances.queries import working_token
from astra.core.journey.instances.real_clock import real_instant


class NotOffered(Failure):
    """The last examination offered no such remedy: the step is right already, or a person has to do it."""

    label = "instance_step_not_offered"
    text = _("There is nothing to put right here any more. Nothing was changed. Examine again to see how it is now.")


class NotFixed(Failure):
    """The remedy was tried and the step is as wrong as before."""

    label = "instance_step_not_fixed"
    text = _("Discord did not take the change, so it is as before. Nothing was lost. Follow the sentence beside the step.")


def fix_step(*, seller_id: uuid.UUID, instance_id: uuid.UUID, step: str, place: str, actor: Actor) -> None:
    """Applies the one-click remedy of a step and examines again; the step is right afterwards.

    Only remedies that the last examination offered are applied. Raises NotOffered for others, NotFixed, and the failures of
    ``integrations.discord``. Calls Discord: never inside a transaction.
    """
    with acting_for(seller_id):
        instance = Instance.objects.get(id=instance_id, archived_at=None)
        kept = Checkup.objects.filter(instance_id=instance_id).first()
        offered = [from_plain(one) for one in kept.steps] if kept else []
    wanted = next((one for one in offered if (one.step, one.place) == (step, place) and one.is_wrong and one.fix in FIXED_BY_US), None)
    if wanted is None:
        raise NotOffered
    with reporting_refusal(seller_id, instance_id):
        _apply(instance, wanted)
    with acting_for(seller_id):
        record(
            seller_id=seller_id,
            actor=actor,
            verb="fix_instance_step",
            object_kind="instance",
            object_id=instance_id,
            facts={"step": step, "place": place, "fix": wanted.fix},
        )
    again = examine_instance(seller_id=seller_id, instance_id=instance_id)
    if any((one.step, one.place) == (step, place) and one.is_wrong for one in again):
        raise NotFixed


def _apply(instance: Instance, wanted: Step) -> None:
    token = working_token(instance.seller_id, instance.id)
    if wanted.fix == "commands":
        register_commands(token, instance.application_id)
    elif wanted.fix == "clicks":
        with acting_for(instance.seller_id):
            Instance.objects.filter(id=instance.id).update(endpoint="", endpoint_failures=0, endpoint_checked_at=None)
        connect_endpoint(seller_id=instance.seller_id, instance_id=instance.id)
    else:
        guild = read_guild(token, instance.guild_id, instance.bot_id, real_instant())
        channel = guild.channel(wanted.place) if guild else None
        if guild is None or channel is None:
            raise NotFixed
        # Everything a card needs at once: whoever clicked should not have to click five times. No more than the bot has itself.
        allow_in_channel(token, channel, instance.bot_id, NEEDED_BITS & in_guild(guild))
