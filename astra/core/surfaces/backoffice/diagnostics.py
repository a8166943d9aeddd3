"""What is wrong with the sellers' bots, by severity, each with what to do: computed from rows, decided by nobody here."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from astra.core.journey.instances.doctor.words import told
from astra.core.journey.instances.queries import FindingFacts, InstanceFacts
from astra.core.journey.instances.reasons import explain

CRITICAL, SERIOUS, WATCH = "critical", "serious", "watch"
ORDER = (CRITICAL, SERIOUS, WATCH)
# A bot that is asked to run and that nobody started for this long: no supervisor is at work.
UNSTARTED_SECONDS = 60
SILENT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that is wrong. Without an instance it is about the installation."""

    severity: str
    happened: "str | Promise"
    to_do: "str | Promise"
    since_at: datetime.datetime | None = None
    instance: InstanceFacts | None = None
    shop: str = ""


def diagnoses(
    bots: Sequence[InstanceFacts], found: Sequence[FindingFacts], shops: Mapping[uuid.UUID, str], now: datetime.datetime
) -> list[Diagnosis]:
    """Everything that is wrong, the worst and longest first."""
    by_id = {one.id: one for one in bots}
    lines = _of_the_installation(bots, now)
    for one in bots:
        if line := _of_a_bot(one, shops.get(one.seller_id, ""), now):
            lines.append(line)
    for finding in found:
        bot = by_id.get(finding.instance_id)
        if bot is None or finding.step.step == "run" or bot.reason == "token_invalid":
            continue  # what the bot's own state says is said above
        said = told(finding.step, bot.bot_name)
        severity = SERIOUS if finding.step.is_told else WATCH
        lines.append(Diagnosis(severity, said.happened, said.to_do, finding.since_at, bot, shops.get(bot.seller_id, "")))
    return sorted(lines, key=lambda line: (ORDER.index(line.severity), line.since_at or now))


def _of_the_installation(bots: Sequence[InstanceFacts], now: datetime.datetime) -> list[Diagnosis]:
    late = [
        one
        for one in bots
        if one.wanted_state == "running" and one.seen_state == "configured" and (now - one.since_at).total_seconds() > UNSTARTED_SECONDS
    ]
    if not late:
        return []
    happened = ngettext(
        "%(count)s bot is asked to run and nobody starts it.", "%(count)s bots are asked to run and nobody starts them.", len(late)
    ) % {"count": len(late)}
    to_do = _("Look whether the supervisor and the worker run (astra supervisor, astra worker). Nothing is lost: they take it up at once.")
    return [Diagnosis(CRITICAL, happened, to_do, min(one.since_at for one in late))]


def _of_a_bot(one: InstanceFacts, shop: str, now: datetime.datetime) -> Diagnosis | None:
    if one.wanted_state != "running":
        return None
    said = explain(one.reason, one.seen_state)
    if one.seen_state == "quarantined" and said:
        to_do = _("See its log, remove the cause, then release it. The seller can do it too.")
        return Diagnosis(CRITICAL, said.happened, to_do, one.since_at, one, shop)
    if one.seen_state == "errored" and said:
        waits = _("It waits for the seller, who was told by mail and in the portal. Deliveries wait in order.")
        return Diagnosis(SERIOUS, said.happened, waits, one.since_at, one, shop)
    if one.seen_state in ("degraded", "backoff") and said:
        return Diagnosis(WATCH, said.happened, said.to_do, one.since_at, one, shop)
    if one.seen_state == "online" and said:
        return Diagnosis(SERIOUS, said.happened, said.to_do, one.since_at, one, shop)
    if one.seen_state == "online" and one.last_heartbeat_at and (now - one.last_heartbeat_at).total_seconds() > SILENT_SECONDS:
        happened = _("It counts as on air, but was not heard of for two minutes.")
        return Diagnosis(
            SERIOUS, happened, _("Look whether the supervisor runs; it restarts a silent bot by itself."), one.last_heartbeat_at, one, shop
        )
    return None
