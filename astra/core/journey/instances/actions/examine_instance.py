"""The doctor looks: reads the bot's server through REST, simulates every step, keeps verdicts and findings."""

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db.models import F

from astra.core.foundation.audit import Actor
from astra.core.foundation.events import emit
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.integrations.discord.application import endpoint_of, open_direct
from astra.core.integrations.discord.failures import DiscordFailure, Refused, TokenRefused
from astra.core.integrations.discord.guild import command_names, may_use_commands, read_guild, starts_used
from astra.core.journey.instances.actions.fail_instance import fail_instance
from astra.core.journey.instances.doctor.examine import DIRECT_OF, Clicks, Direct, Seen, Uses, examine
from astra.core.journey.instances.doctor.steps import WRONG, Step, from_plain
from astra.core.journey.instances.doctor.uses import uses_of
from astra.core.journey.instances.events import InstanceFound
from astra.core.journey.instances.machine import RUN
from astra.core.journey.instances.models import Checkup, Finding, Instance, InstanceEvent, RuntimeReport
from astra.core.journey.instances.queries import bot_token
from astra.core.journey.instances.real_clock import real_instant

COMMAND = "compras"
# Evidence of another program with the same token is shown for this long after the last of it.
ELSEWHERE_MINUTES = 60
# A bot beats every ten seconds, and at once after it signed in.
SILENT_SECONDS = 13
ACTOR = Actor.system("doctor")


@dataclass(frozen=True, slots=True)
class Starts:
    """Gateway starts of the token: by Discord's count, and those that were ours."""

    used: int | None
    ours: int


def examine_instance(*, seller_id: uuid.UUID, instance_id: uuid.UUID, thorough: bool = False) -> list[Step]:
    """One examination: some seven readings at Discord, then verdicts and findings are kept; returns the steps.

    A token that is known to be dead is not asked with. ``thorough`` also tries to open a direct conversation with the server's
    owner (nothing is written to him). Where Discord cannot be asked the earlier verdicts stay, with the failure beside them.
    Calls Discord: never inside a transaction. Raises Instance.DoesNotExist.
    """
    with acting_for(seller_id):
        instance = Instance.objects.get(id=instance_id, archived_at=None)
        kept = Checkup.objects.filter(instance_id=instance_id).first()
    uses = uses_of(seller_id, instance_id)
    if instance.reason == "token_invalid":
        return _keep(instance, Seen(is_token_good=False), uses, Starts(None, 0))
    try:
        seen, starts = _ask(instance, bot_token(seller_id, instance_id), kept, thorough=thorough)
    except TokenRefused:
        _tell_dead(instance)
        return _keep(instance, Seen(is_token_good=False), uses, Starts(None, 0))
    except DiscordFailure as failure:
        with acting_for(seller_id):
            Checkup.objects.update_or_create(seller_id=seller_id, instance_id=instance_id, defaults={"failure": failure.label})
        return [from_plain(step) for step in kept.steps] if kept else []
    return _keep(instance, seen, uses, starts)


def _ask(instance: Instance, token: Secret, kept: Checkup | None, *, thorough: bool) -> tuple[Seen, Starts]:
    application_id = instance.application_id
    address = endpoint_of(token)
    guild = read_guild(token, instance.guild_id, instance.bot_id, real_instant()) if instance.guild_id else None
    has_scope = may_use_commands(token, application_id, instance.guild_id) if guild else True
    has_commands = COMMAND in command_names(token, application_id)
    before = _our_starts(instance)
    used: int | None = starts_used(token)
    ours = _our_starts(instance)
    if before != ours or not _was_heard(instance):
        used = None  # which of them Discord's count holds, only the copy itself could say: it is left for the next look
    direct: Direct = "unknown"
    if thorough and guild is not None:
        try:
            open_direct(token, guild.owner_id)
            direct = "ok"
        except Refused:
            direct = "refused"
    elif kept is not None:
        earlier = next((step for step in kept.steps if step["step"] == "direct"), None)
        direct = DIRECT_OF.get(earlier["verdict"] if earlier else "", "unknown")
    seen = Seen(
        guild_name=instance.guild_name,
        guild=guild,
        has_scope=has_scope,
        has_commands=has_commands,
        clicks=_clicks(instance, address),
        direct=direct,
        is_used_elsewhere=_is_elsewhere(kept, used, ours) and not _lost_count(instance, kept),
    )
    return seen, Starts(used, ours)


def _clicks(instance: Instance, address: str) -> Clicks:
    """Where Discord sends the clicks, against where it was told to."""
    if instance.endpoint != instance.transport:
        return "ours"  # it is being told
    ours = f"{settings.ASTRA_PUBLIC_URL}/discord/interactions/{instance.application_id}" if instance.transport == "http" else ""
    if address == ours:
        return "ours"
    return "elsewhere" if address else "nowhere"


def _our_starts(instance: Instance) -> int:
    """The starts of our own copies so far: one for each copy, and its reconnects beyond the first sign-in."""
    with acting_for(instance.seller_id):
        started = 0 if instance.engine == "none" else InstanceEvent.objects.filter(instance_id=instance.id, event="started").count()
        report = RuntimeReport.objects.filter(instance_id=instance.id).first()
    return started + (report.extra_sign_ins if report else 0)


def _was_heard(instance: Instance) -> bool:
    """Whether our copy, if one runs, has told within the last beats how often it signed in. It has not while the core was away, nor while
    it starts: that start is counted, and its sign-in may be still to come, for as long as Discord is away."""
    if instance.engine == "none" or instance.wanted_state != "running":
        return True
    with acting_for(instance.seller_id):
        heard_at, state = Instance.objects.values_list("last_heartbeat_at", "seen_state").get(id=instance.id)
    if state == "starting":
        return False
    return heard_at is None or (real_instant() - heard_at).total_seconds() < SILENT_SECONDS


def _is_elsewhere(kept: Checkup | None, used: int | None, ours: int) -> bool:
    """More starts since the last look than we made. A count that went down is a new day: a new beginning."""
    if used is None or kept is None or kept.starts_used is None or used < kept.starts_used:
        return False
    return used - kept.starts_used > max(0, ours - kept.starts_ours)


def _lost_count(instance: Instance, kept: Checkup | None) -> bool:
    """Whether a copy of ours ended by surprise since the last look: how often it had signed in again, it may have told nobody."""
    if kept is None or kept.examined_at is None:
        return False
    with acting_for(instance.seller_id):
        return InstanceEvent.objects.filter(instance_id=instance.id, event__in=("failed", "gave_up"), at__gte=kept.examined_at).exists()


def _tell_dead(instance: Instance) -> None:
    with acting_for(instance.seller_id):
        current = Instance.objects.select_for_update().get(id=instance.id)
        if bytes(current.sealed_token) == bytes(instance.sealed_token):
            fail_instance(current, "token_invalid", actor=ACTOR)


def _keep(instance: Instance, seen: Seen, uses: Uses, starts: Starts) -> list[Step]:
    seller_id = instance.seller_id
    with acting_for(seller_id):
        # Two examinations at once end one after the other; findings are opened and closed once.
        Instance.objects.select_for_update().get(id=instance.id)
        now = real_instant()
        kept, _made = Checkup.objects.get_or_create(seller_id=seller_id, instance_id=instance.id)
        elsewhere_at = now if seen.is_used_elsewhere else kept.elsewhere_at
        if elsewhere_at is not None and (now - elsewhere_at).total_seconds() < ELSEWHERE_MINUTES * 60 and seen.is_token_good:
            seen = Seen(**{name: getattr(seen, name) for name in Seen.__slots__} | {"is_used_elsewhere": True})
        steps = examine(seen, uses)
        Checkup.objects.filter(id=kept.id).update(
            examined_at=now,
            failure="",
            steps=[step.plain() for step in steps],
            elsewhere_at=elsewhere_at,
            starts_ours=starts.ours if starts.used is not None else F("starts_ours"),
            starts_used=starts.used if starts.used is not None else F("starts_used"),
        )
        if seen.guild is not None and seen.guild.name[:100] != instance.guild_name:
            Instance.objects.filter(id=instance.id).update(guild_name=seen.guild.name[:100])
        if _note(instance, [step for step in steps if step.verdict in WRONG]):
            emit(InstanceFound(seller_id, instance.id))
    return steps


def _note(instance: Instance, wrong: list[Step]) -> bool:
    """Opens, keeps and closes findings; whether one is new of which the owners hear.

    With a dead token nothing else was looked at, and the machine has noted it: nothing changes here.
    """
    if any(step.step == "token" for step in wrong):
        return False
    now = real_instant()
    found = Finding.objects.filter(instance_id=instance.id, closed_at=None).exclude(step=RUN)
    open_rows = {(row.step, row.place): row for row in found}
    is_new = False
    for step in wrong:
        row = open_rows.pop((step.step, step.place), None)
        fields = {"verdict": step.verdict, "reason": step.reason, "facts": step.facts, "place_name": step.place_name[:100], "seen_at": now}
        if row is not None:
            Finding.objects.filter(id=row.id).update(**fields)
        else:
            Finding.objects.create(seller_id=instance.seller_id, instance_id=instance.id, step=step.step, place=step.place, **fields)
            is_new = is_new or step.is_told
    Finding.objects.filter(id__in=[row.id for row in open_rows.values()]).update(closed_at=now)
    return is_new
