"""States in the operator's words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


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


def actor_text(kind: str) -> "str | Promise":
    """Who did it."""
    return _ACTORS.get(kind, kind)


def plan_text(name: str) -> "str | Promise":
    """How a plan is called."""
    return _("Trial") if name == "Trial" else name
