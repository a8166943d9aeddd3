"""What others may know of instances."""

import datetime
import itertools
import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.db import models

from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for, as_system
from astra.core.foundation.tenancy.route import find_route
from astra.core.integrations.discord.application import channels_of, guilds_of
from astra.core.integrations.discord.failures import TokenRefused
from astra.core.integrations.discord.permissions import MANAGE_ROLES
from astra.core.journey.instances.actions.fail_instance import STARTS_ALLOWED, STARTS_WINDOW_MINUTES, starts_counted
from astra.core.journey.instances.actions.report_token import reporting_refusal
from astra.core.journey.instances.doctor.steps import DEAD_TOKEN, Step, from_plain
from astra.core.journey.instances.models import AnswerSample, Checkup, Finding, Instance, InstanceEvent, RuntimeReport, ShopChannel
from astra.core.journey.instances.real_clock import real_instant

TOKEN_INVALID = "token_invalid"  # noqa: S105  a reason, not a token
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
    release_channel: str = "stable"
    accent: int | None = None


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


def working_token(seller_id: uuid.UUID, instance_id: uuid.UUID) -> Secret:
    """The bot's token to call Discord with. Raises TokenRefused, without asking, when Discord is known to refuse it.

    Every call with a dead token counts against the address that all sellers share. Raises Instance.DoesNotExist.
    """
    with acting_for(seller_id):
        is_dead = Instance.objects.get(id=instance_id).reason == TOKEN_INVALID
    if is_dead:
        raise TokenRefused
    return bot_token(seller_id, instance_id)


def invite_url(facts: InstanceFacts, *, with_roles: bool = False) -> str:
    """Where a person adds the bot to a server, or adds what it lacks there: with the least permissions that selling needs.

    ``with_roles`` also asks for Manage Roles, which only a shop that hands out roles needs. A known server is chosen beforehand.
    """
    bits = INVITE_PERMISSIONS | (MANAGE_ROLES if with_roles else 0)
    asked = {"client_id": facts.application_id, "scope": "bot applications.commands", "permissions": str(bits)}
    if facts.guild_id:
        asked["guild_id"] = facts.guild_id
    query = urlencode(asked)
    return f"{settings.ASTRA_DISCORD_SITE}/oauth2/authorize?{query}"


def guild_channels(seller_id: uuid.UUID, instance_id: uuid.UUID) -> list[tuple[str, str, str, str]]:
    """(guild id, guild name, channel id, channel name) of every text channel of the bot's servers.

    Calls Discord: never inside a transaction. Raises the failures of ``integrations.discord``.
    """
    with reporting_refusal(seller_id, instance_id):
        token = working_token(seller_id, instance_id)
        return [(guild.id, guild.name, channel.id, channel.name) for guild in guilds_of(token) for channel in channels_of(token, guild.id)]


def history(seller_id: uuid.UUID, instance_id: uuid.UUID, limit: int = 50) -> list[InstanceMoment]:
    """What happened to an instance, latest first."""
    with acting_for(seller_id):
        rows = InstanceEvent.objects.filter(instance_id=instance_id).order_by("-at", "-id")[:limit]
        return [InstanceMoment(row.at, row.event, row.from_state, row.to_state, row.reason, row.generation, row.actor_kind) for row in rows]


@dataclass(frozen=True, slots=True)
class CheckupFacts:
    """What the doctor saw last. ``failure`` is the label of why Discord could not be asked since; empty when it could."""

    examined_at: datetime.datetime | None
    failure: str
    steps: tuple[Step, ...]

    @property
    def wrong(self) -> tuple[Step, ...]:
        """The steps about which somebody should do something, the worst first."""
        return tuple(sorted((step for step in self.steps if step.is_wrong), key=lambda step: step.verdict != "blocked"))


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """Something that is, or was, wrong."""

    id: uuid.UUID
    seller_id: uuid.UUID
    instance_id: uuid.UUID
    step: Step
    since_at: datetime.datetime
    closed_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class RuntimeFacts:
    """What a bot told of itself last: its lines, latest last, and the gateway's latency (0 before the first)."""

    lines: tuple[str, ...]
    latency_ms: int
    changed_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class StartFacts:
    """Starts against their limits: those of the last ten minutes, and the day's by Discord's count (None before it was asked)."""

    lately: int
    allowed: int
    minutes: int
    of_the_day: int | None


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """Five minutes of answers."""

    begins_at: datetime.datetime
    answers: int
    mean_ms: int
    worst_ms: int


def checkup(seller_id: uuid.UUID, instance_id: uuid.UUID) -> CheckupFacts:
    """The latest examination; one without steps before the first.

    With a dead token nothing that was seen earlier counts: only the token's own step is told, for it is the one that can be mended.
    """
    with acting_for(seller_id):
        row = Checkup.objects.filter(instance_id=instance_id).first()
        is_dead = Instance.objects.filter(id=instance_id, reason=TOKEN_INVALID).exists()
    if is_dead:
        return CheckupFacts(row.examined_at if row else None, "", (DEAD_TOKEN,))
    if row is None:
        return CheckupFacts(None, "", ())
    return CheckupFacts(row.examined_at, row.failure, tuple(from_plain(step) for step in row.steps))


def findings(seller_id: uuid.UUID, instance_id: uuid.UUID, limit: int = 50) -> list[FindingFacts]:
    """What the doctor found, open ones first, then the latest."""
    with acting_for(seller_id):
        rows = Finding.objects.filter(instance_id=instance_id).order_by(models.F("closed_at").desc(nulls_first=True), "-since_at")[:limit]
        return [_finding(row) for row in rows]


def open_findings(seller_id: uuid.UUID) -> list[FindingFacts]:
    """Everything that is wrong now with a seller's bots, the longest first."""
    with acting_for(seller_id):
        return [_finding(row) for row in Finding.objects.filter(closed_at=None).order_by("since_at", "id")]


def open_findings_of_everybody() -> list[FindingFacts]:
    """Everything that is wrong now, for the operator, the longest first."""
    with as_system():
        return [_finding(row) for row in Finding.objects.filter(closed_at=None).order_by("since_at", "id")]


def shop_channels(seller_id: uuid.UUID, instance_id: uuid.UUID) -> list[tuple[str, str]]:
    """(id, name) of the channels that the seller chose for the shop."""
    with acting_for(seller_id):
        return list(ShopChannel.objects.filter(instance_id=instance_id).order_by("id").values_list("channel_id", "name"))


def runtime_report(seller_id: uuid.UUID, instance_id: uuid.UUID) -> RuntimeFacts:
    """The bot's last lines; none for an instance without a process."""
    with acting_for(seller_id):
        row = RuntimeReport.objects.filter(instance_id=instance_id).first()
    return RuntimeFacts(tuple(row.lines), row.latency_ms, row.changed_at) if row else RuntimeFacts((), 0, None)


def starts_lately(seller_id: uuid.UUID, instance_id: uuid.UUID) -> StartFacts:
    """How near an instance is to its quarantine, and its token to the day's limit of starts."""
    with acting_for(seller_id):
        lately = starts_counted(Instance.objects.get(id=instance_id), real_instant())
        row = Checkup.objects.filter(instance_id=instance_id).first()
    return StartFacts(lately, STARTS_ALLOWED, STARTS_WINDOW_MINUTES, row.starts_used if row else None)


def answer_times(seller_id: uuid.UUID, instance_id: uuid.UUID, hours: int = 24) -> list[AnswerFacts]:
    """How fast people were answered, by five minutes in which somebody pressed something, oldest first."""
    with acting_for(seller_id):
        since = real_instant() - datetime.timedelta(hours=hours)
        rows = AnswerSample.objects.filter(instance_id=instance_id, begins_at__gte=since, answers__gt=0).order_by("begins_at")
        return [AnswerFacts(row.begins_at, row.answers, round(row.total_ms / row.answers), row.worst_ms) for row in rows]


def uptime(seller_id: uuid.UUID, instance_id: uuid.UUID, hours: int = 24) -> list[tuple[datetime.datetime, float | None]]:
    """(hour, share of it on air) for the last hours, oldest first; None where it was not wanted to run or did not exist.

    From the history of states, to the moment: unstable counts as on air, for it answers.
    """
    with acting_for(seller_id):
        now = real_instant()
        since = now.replace(minute=0, second=0, microsecond=0) - datetime.timedelta(hours=hours - 1)
        moves = InstanceEvent.objects.filter(instance_id=instance_id)
        before = moves.filter(at__lt=since).order_by("-at", "-id").first()
        rows = list(moves.filter(at__gte=since).order_by("at", "id").values_list("at", "to_state"))
    spans: list[tuple[datetime.datetime, str]] = [(since, before.to_state if before else ""), *rows, (now, "")]
    wanted = [0.0] * hours
    on_air = [0.0] * hours
    for (begins, state), (ends, _next) in itertools.pairwise(spans):
        if state in ("", "draft", "stopped"):
            continue
        for at in range(hours):
            hour = since + datetime.timedelta(hours=at)
            part = (min(ends, hour + datetime.timedelta(hours=1)) - max(begins, hour)).total_seconds()
            if part > 0:
                wanted[at] += part
                on_air[at] += part if state in ("online", "degraded") else 0.0
    return [(since + datetime.timedelta(hours=at), on_air[at] / wanted[at] if wanted[at] else None) for at in range(hours)]


def _finding(row: Finding) -> FindingFacts:
    kept = {
        "step": row.step,
        "verdict": row.verdict,
        "reason": row.reason,
        "place": row.place,
        "place_name": row.place_name,
        "facts": row.facts,
    }
    step = from_plain(kept)
    return FindingFacts(row.id, row.seller_id, row.instance_id, step, row.since_at, row.closed_at)


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
        release_channel=row.release_channel,
        accent=row.accent,
    )
