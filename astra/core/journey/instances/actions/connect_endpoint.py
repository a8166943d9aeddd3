"""Tells Discord where clicks go, registers the commands, and learns which server the bot is in."""

import datetime
import uuid

from django.conf import settings

from astra.core.foundation.audit import Actor
from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.foundation.tenancy.route import find_route
from astra.core.integrations.discord.application import (
    GuildFacts,
    guilds_of,
    read_application,
    register_commands,
    set_interactions_endpoint,
)
from astra.core.integrations.discord.failures import DiscordFailure, Refused, TokenRefused
from astra.core.journey.instances.actions.fail_instance import fail_instance, pause_seconds
from astra.core.journey.instances.lease import give_back, take_lease
from astra.core.journey.instances.machine import may_happen, move
from astra.core.journey.instances.models import Instance
from astra.core.journey.instances.real_clock import real_instant

# How often the token of an instance without a process is looked at: nobody else would notice that it died.
CHECK_SECONDS = 45
OFF = "off"
ACTOR = Actor.system("endpoint")


def connect_endpoint(*, seller_id: uuid.UUID, instance_id: uuid.UUID) -> str:
    """One attempt, if one is due; returns the state afterwards, or "" when nothing was due or somebody else is at it.

    With engine none the instance is online once Discord has verified the address. Calls Discord between two transactions.
    """
    with acting_for(seller_id):
        if not is_due(Instance.objects.get(id=instance_id), real_instant()):
            return ""
        taken = take_lease(instance_id)
        if taken is None:
            return ""
        instance, lease = taken
        token = unseal(
            bytes(instance.sealed_token), seller_id=seller_id, table="instances_instance", row_id=instance.id, column="sealed_token"
        )
    target = wanted_endpoint(instance)
    reason, guilds = _tell_discord(instance, token, target)
    with acting_for(seller_id):
        if not give_back(instance_id, lease):
            return ""
        current = Instance.objects.select_for_update().get(id=instance_id)
        if _asked(current) != _asked(instance):
            return ""  # a person changed what is wanted while Discord was asked; the sweep begins again
        _record(current, target, reason, guilds)
        return current.seen_state


def _asked(instance: Instance) -> tuple[object, ...]:
    """What only people change."""
    return instance.wanted_state, instance.archived_at, instance.starts_counted_from_at, bytes(instance.sealed_token)


def wanted_endpoint(instance: Instance) -> str:
    """Where clicks should go: ``http``, ``relay`` (the gateway), or ``off``."""
    return OFF if instance.wanted_state == "stopped" or instance.archived_at else instance.transport


def is_due(instance: Instance, now: datetime.datetime) -> bool:
    """Whether Discord has to be told, or asked, something about this instance now."""
    if instance.seen_state == "errored" and instance.wanted_state == "running":
        return False
    if instance.endpoint_checked_at is not None and instance.endpoint_failures:
        pause = datetime.timedelta(seconds=pause_seconds(instance.endpoint_failures - 1))
        if now < instance.endpoint_checked_at + pause:
            return False
    if instance.endpoint != wanted_endpoint(instance):
        return True
    if instance.engine != "none":
        return False
    if instance.wanted_state == "stopped":
        return instance.seen_state != "stopped"
    if instance.seen_state != "online" or instance.endpoint_checked_at is None:
        return True
    return now >= instance.endpoint_checked_at + datetime.timedelta(seconds=CHECK_SECONDS)


def _tell_discord(instance: Instance, token: Secret, target: str) -> tuple[str, list[GuildFacts] | None]:
    """Returns the reason of failure ("" when it went well) and the bot's servers, if they were read."""
    if instance.archived_at is not None and find_route("application", instance.application_id) is not None:
        return "", None  # the application was connected again, by whomever: its address is not ours to take back
    asked = "discord_refused"
    try:
        if instance.endpoint == target:
            read_application(token)
        else:
            asked = "endpoint_verification_failed"
            url = f"{settings.ASTRA_PUBLIC_URL}/discord/interactions/{instance.application_id}" if target == "http" else None
            set_interactions_endpoint(token, url)
            asked = "discord_refused"
            if target != OFF:
                register_commands(token, instance.application_id)
        return "", guilds_of(token) if target != OFF else None
    except TokenRefused:
        return "token_invalid", None
    except Refused:
        return asked, None
    except DiscordFailure:
        return "discord_unreachable", None


def _record(instance: Instance, target: str, reason: str, guilds: list[GuildFacts] | None) -> None:
    now = real_instant()
    if target == OFF and reason == "token_invalid":
        reason = ""  # a dead token takes no clicks either: what was wanted is so
    fields: dict[str, object] = {"endpoint_checked_at": now}
    if reason:
        fields["endpoint_failures"] = instance.endpoint_failures + 1
    else:
        fields |= {"endpoint": target, "endpoint_failures": 0}
    if guilds is not None:
        fields |= _home(instance, guilds)
    Instance.objects.filter(id=instance.id).update(**fields)
    instance.refresh_from_db()
    if reason == "token_invalid":
        fail_instance(instance, reason, actor=ACTOR)
    elif instance.engine == "none":
        _follow(instance, target, reason, now)
    elif instance.seen_state == "online":
        # With a process its life is the state; that clicks do not come through is said beside it.
        Instance.objects.filter(id=instance.id).update(reason=reason)


def _follow(instance: Instance, target: str, reason: str, now: datetime.datetime) -> None:
    """Without a process, what Discord says of the address is the state."""
    if target == OFF:
        if not reason and may_happen(instance.seen_state, "ended"):
            move(instance, "ended", actor=ACTOR, deadline_at=None)
        return
    if reason == "discord_unreachable" and instance.seen_state == "online":
        return  # that we cannot reach Discord does not mean that Discord cannot reach us
    if instance.seen_state in ("configured", "backoff"):
        move(instance, "started", actor=ACTOR, reason="", deadline_at=None)
    if reason:
        fail_instance(instance, reason, actor=ACTOR)
    else:
        if may_happen(instance.seen_state, "came_online"):
            move(instance, "came_online", actor=ACTOR, failures=0, deadline_at=None)
        Instance.objects.filter(id=instance.id).update(last_heartbeat_at=now)


def _home(instance: Instance, guilds: list[GuildFacts]) -> dict[str, str]:
    """The server that the instance is shown with: the one it has, or the first."""
    found = next((guild for guild in guilds if guild.id == instance.guild_id), guilds[0] if guilds else None)
    if found is None:
        return {"guild_id": ""}  # the name is kept: people are told where the bot is missing
    return {"guild_id": found.id, "guild_name": found.name[:100]}
