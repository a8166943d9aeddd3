"""States in the operator's words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.journey.instances.doctor.steps import Step


@dataclass(frozen=True, slots=True)
class Word:
    """A state as people read it, with its tone (ok, warn, bad, live or empty)."""

    text: "str | Promise"
    tone: str = ""


_SEEN = {
    "draft": Word(_("not connected")),
    "configured": Word(_("getting ready"), "live"),
    "starting": Word(_("starting"), "live"),
    "online": Word(_("on air"), "ok"),
    "degraded": Word(_("unstable"), "warn"),
    "errored": Word(_("with an error"), "bad"),
    "backoff": Word(_("trying again"), "warn"),
    "quarantined": Word(_("in quarantine"), "bad"),
    "stopped": Word(_("stopped")),
}
# How an instance runs; a name without words is shown as it is.
ENGINES: dict[str, "str | Promise"] = {
    "none": _("without a process"),
    "local": _("on this machine"),
    "docker": _("container"),
    "pool": _("shared process"),
    "kubernetes": _("cluster"),
}
# Reasons in the few words of a list.
REASONS: dict[str, "str | Promise"] = {
    "token_invalid": _("token refused"),
    "token_in_use_elsewhere": _("token used elsewhere"),
    "missing_permissions": _("permission missing"),
    "role_hierarchy": _("role order"),
    "guild_left": _("left the server"),
    "no_server": _("in no server"),
    "missing_scope": _("added without commands"),
    "commands_missing": _("commands missing"),
    "channel_gone": _("channel deleted"),
    "role_gone": _("role deleted"),
    "bot_silenced": _("timed out by a moderator"),
    "direct_refused": _("no direct messages"),
    "intents_refused": _("intents refused"),
    "endpoint_verification_failed": _("address not verified"),
    "discord_refused": _("Discord refused"),
    "discord_unreachable": _("Discord not reached"),
    "gateway_lost": _("connection lost"),
    "heartbeat_missed": _("silent"),
    "start_timeout": _("slow to start"),
    "process_ended": _("process ended"),
    "process_killed": _("process killed"),
    "process_not_started": _("process not started"),
    "oom": _("out of memory"),
    "image_missing": _("image missing"),
    "engine_unreachable": _("engine not reached"),
    "identify_budget": _("day's starts used up"),
    "invalid_request_budget": _("refused calls used up"),
    "quiet": _("keeps quiet after refusals"),
}
# Why money is kept apart.
PARKED: dict[str, "str | Promise"] = {
    "wrong_amount": _("another amount than was asked for"),
    "wrong_currency": _("another currency than was asked for"),
    "wrong_account": _("paid to another account"),
    "wrong_reference": _("the reference is not that of the charge"),
    "second_payment": _("the same code was paid twice"),
    "not_taken": _("what it pays for can no longer take it"),
}
_VERDICTS = {"blocked": Word(_("does not work"), "bad"), "warned": Word(_("works in part"), "warn")}
_TRANSITIONS: dict[str, "str | Promise"] = {
    "token_accepted": _("token accepted"),
    "asked_to_run": _("asked to run"),
    "started": _("started"),
    "postponed": _("start put off"),
    "came_online": _("came on air"),
    "faltered": _("became unstable"),
    "failed": _("failed"),
    "refused": _("refused: waits for the seller"),
    "gave_up": _("put in quarantine"),
    "ended": _("ended"),
}
_ACTORS: dict[str, "str | Promise"] = {
    "member": _("team"),
    "buyer": _("buyer"),
    "operator": _("operator"),
    "provider": _("payment provider"),
    "system": "AstraSystems",
}


def seen_word(state: str) -> Word:
    """How an instance's seen state is called."""
    return _SEEN.get(state, Word(state))


def step_word(step: Step) -> Word:
    """How a wrong step of an examination is called."""
    return _VERDICTS.get(step.verdict, Word(step.verdict))


def parked_text(reason: str) -> "str | Promise":
    """Why a payment is kept apart."""
    return PARKED.get(reason, reason)


def transition_text(event: str) -> "str | Promise":
    """What happened to an instance."""
    return _TRANSITIONS.get(event, event)


def actor_text(kind: str) -> "str | Promise":
    """Who did it."""
    return _ACTORS.get(kind, kind)


def plan_text(name: str) -> "str | Promise":
    """How a plan is called."""
    return _("Trial") if name == "Trial" else name
