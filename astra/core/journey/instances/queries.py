"""What others may know of instances."""

import datetime
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings

from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.foundation.tenancy.route import find_route
from astra.core.integrations.discord.application import channels_of, guilds_of
from astra.core.journey.instances.models import Instance, InstanceEvent

# View channels, send messages, embed links, attach files, read history: what cards and notices need, no more.
INVITE_PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """An instance as other stages and screens see it; never its token. ``reason`` is a word for ``reasons.explain``."""

    id: uuid.UUID
    seller_id: uuid.UUID
    name: str
    engine: str
    transport: str
    application_id: str
    bot_name: str
    verify_key: str
    wanted_state: str
    seen_state: str
    reason: str
    guild_id: str
    guild_name: str
    last_heartbeat_at: datetime.datetime | None
    application_name: str
    bot_id: str
    presence_text: str
    generation: int
    since_at: datetime.datetime
    deadline_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class InstanceMoment:
    """One line of an instance's history."""

    at: datetime.datetime
    event: str
    from_state: str
    to_state: str
    reason: str
    generation: int
    actor_kind: str


def instances(seller_id: uuid.UUID) -> list[InstanceFacts]:
    """A seller's instances that were not archived, oldest first."""
    with acting_for(seller_id):
        return [_facts(row) for row in Instance.objects.filter(archived_at=None).order_by("id")]


def instance_facts(seller_id: uuid.UUID, instance_id: uuid.UUID) -> InstanceFacts:
    """One instance, archived ones too. Raises Instance.DoesNotExist."""
    with acting_for(seller_id):
        return _facts(Instance.objects.get(id=instance_id))


def instance_of_application(application_id: str) -> InstanceFacts | None:
    """The instance that a Discord application belongs to, or None: the door of Discord's own requests."""
    hit = find_route("application", application_id)
    if hit is None or hit.instance_id is None:
        return None
    with acting_for(hit.seller_id):
        row = Instance.objects.filter(id=hit.instance_id, archived_at=None).first()
        return _facts(row) if row else None


def instances_of_everybody() -> list[InstanceFacts]:
    """Every seller's instances, for the operator."""
    with as_system():
        return [_facts(row) for row in Instance.objects.filter(archived_at=None).order_by("id")]


def bot_token(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Secret:
    """The bot's token, opened. Raises Instance.DoesNotExist."""
    with acting_for(seller_id):
        row = Instance.objects.get(id=instance_id)
        return unseal(bytes(row.sealed_token), seller_id=seller_id, table="instances_instance", row_id=row.id, column="sealed_token")


def invite_url(facts: InstanceFacts) -> str:
    """Where a person adds the bot to a server."""
    query = urlencode({"client_id": facts.application_id, "scope": "bot applications.commands", "permissions": str(INVITE_PERMISSIONS)})
    return f"{settings.ASTRA_DISCORD_SITE}/oauth2/authorize?{query}"


def guild_channels(seller_id: uuid.UUID, instance_id: uuid.UUID) -> list[tuple[str, str, str, str]]:
    """(guild id, guild name, channel id, channel name) of every text channel of the bot's servers.

    Calls Discord: never inside a transaction. Raises the failures of ``integrations.discord``.
    """
    token = bot_token(seller_id, instance_id)
    return [(guild.id, guild.name, channel.id, channel.name) for guild in guilds_of(token) for channel in channels_of(token, guild.id)]


def history(seller_id: uuid.UUID, instance_id: uuid.UUID, limit: int = 50) -> list[InstanceMoment]:
    """What happened to an instance, latest first."""
    with acting_for(seller_id):
        rows = InstanceEvent.objects.filter(instance_id=instance_id).order_by("-at", "-id")[:limit]
        return [InstanceMoment(row.at, row.event, row.from_state, row.to_state, row.reason, row.generation, row.actor_kind) for row in rows]


def _facts(row: Instance) -> InstanceFacts:
    return InstanceFacts(
        id=row.id,
        seller_id=row.seller_id,
        name=row.name,
        engine=row.engine,
        transport=row.transport,
        application_id=row.application_id,
        bot_name=row.bot_name,
        verify_key=row.verify_key,
        wanted_state=row.wanted_state,
        seen_state=row.seen_state,
        reason=row.reason,
        guild_id=row.guild_id,
        guild_name=row.guild_name,
        last_heartbeat_at=row.last_heartbeat_at,
        application_name=row.application_name,
        bot_id=row.bot_id,
        presence_text=row.presence_text,
        generation=row.generation,
        since_at=row.since_at,
        deadline_at=row.deadline_at,
    )
