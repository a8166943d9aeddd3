"""A bot says how it is, and is told what is wanted."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.audit import Actor
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.shared_budget import count_refused, refused_lately, word_to_bots
from astra.core.journey.instances.actions.check_session import STAMP_SECONDS, SessionSuperseded
from astra.core.journey.instances.actions.keep_pulse import keep_pulse
from astra.core.journey.instances.machine import may_happen, move
from astra.core.journey.instances.models import Instance, SeenRequest
from astra.core.journey.instances.real_clock import real_instant
from astra.core.journey.instances.reasons import PERMANENT
from astra.core.journey.instances.supervisor.decide import START_SECONDS
from astra.protocol.messages import DISCORD_AWAY, QUIET, Pulse

NO_PULSE = Pulse()
# What a bot that cannot connect yet waits for.
WAITING = frozenset({QUIET, DISCORD_AWAY})
# A gateway that a bot cannot get back for this long is worth a fresh process.
LOST_GATEWAY_MINUTES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the bot is told back. The seconds are those of ``shared_budget.word_to_bots``."""

    wanted_state: str
    presence_text: str
    now: datetime.datetime
    careful_seconds: int
    quiet_seconds: int


def record_heartbeat(
    *, seller_id: uuid.UUID, instance_id: uuid.UUID, generation: int, state: str, reason: str = "", pulse: Pulse = NO_PULSE
) -> Wanted:
    """Takes a heartbeat: ``state`` is connecting, online, lost or ending. Raises SessionSuperseded for an older copy."""
    with acting_for(seller_id):
        instance = Instance.objects.select_for_update().get(id=instance_id)
        if instance.generation != generation or instance.archived_at is not None:
            raise SessionSuperseded
        now = real_instant()
        Instance.objects.filter(id=instance_id).update(last_heartbeat_at=now)
        _follow(instance, state, reason, now)
        if pulse != NO_PULSE:
            keep_pulse(instance, pulse, now)
        # What is older than any signature can be is not needed to refuse it.
        SeenRequest.objects.filter(session__instance_id=instance_id, at__lt=now - datetime.timedelta(seconds=3 * STAMP_SECONDS)).delete()
    # After the transaction: all bots of a minute share one row.
    refused = count_refused(pulse.refused) if pulse.refused else refused_lately()
    return Wanted(instance.wanted_state, instance.presence_text or instance.name, now, *word_to_bots(refused))


def _follow(instance: Instance, state: str, reason: str, now: datetime.datetime) -> None:
    actor = Actor.system("bot")
    if state == "online" and may_happen(instance.seen_state, "came_online"):
        move(instance, "came_online", actor=actor, failures=0, deadline_at=None)
    elif state == "lost" and may_happen(instance.seen_state, "faltered"):
        until = now + datetime.timedelta(minutes=LOST_GATEWAY_MINUTES)
        move(instance, "faltered", actor=actor, reason="gateway_lost", deadline_at=until)
    elif state == "ending" and reason in PERMANENT and may_happen(instance.seen_state, "refused"):
        move(instance, "refused", actor=actor, reason=reason, deadline_at=None)
    elif state == "connecting" and instance.seen_state == "starting" and reason in WAITING:
        # It runs and tries by itself; another start would reach Discord no sooner, and five of them would end in quarantine.
        until = now + datetime.timedelta(seconds=START_SECONDS)
        Instance.objects.filter(id=instance.id).update(reason=reason, deadline_at=until)
    if instance.seen_state == "online" and (reason == QUIET) != (instance.reason == QUIET):
        # It runs and answers nobody: said beside its life, as long as it is so.
        Instance.objects.filter(id=instance.id).update(reason=QUIET if reason == QUIET else "")
