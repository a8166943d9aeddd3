"""States in the words and tones of the screens: one word per state, the same in every place."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from astra.core.journey.instances.queries import InstanceFacts, InstanceMoment
from astra.core.journey.instances.reasons import Explanation, explain


@dataclass(frozen=True, slots=True)
class Word:
    """A state as people read it; ``tone`` is ok, warn, bad, live, wait or empty."""

    text: "str | Promise"
    tone: str = ""


_INSTANCE = {
    "draft": Word(_("not connected"), "wait"),
    "configured": Word(_("getting ready"), "live"),
    "starting": Word(_("starting"), "live"),
    "online": Word(_("on air"), "ok"),
    "degraded": Word(_("unstable"), "warn"),
    "errored": Word(_("with an error"), "bad"),
    "backoff": Word(_("trying again"), "warn"),
    "quarantined": Word(_("in quarantine"), "bad"),
    "stopped": Word(_("stopped")),
}
_STOPPING = Word(_("stopping"), "live")
_STOCK = {
    "available": Word(_("Available"), "ok"),
    "last_units": Word(_("Last units"), "warn"),
    "sold_out": Word(_("Sold out"), "bad"),
}
ENGINES = {
    "none": (
        _("Without a process"),
        _("Discord sends each click straight to us. Nothing to keep running; the bot does not show as online. Needs a public address."),
    ),
    "local": (
        _("On this machine"),
        _("A small program keeps the bot connected, so it shows as online in your server."),
    ),
}


def instance_word(facts: InstanceFacts) -> Word:
    """How an instance is called now."""
    if facts.wanted_state == "stopped" and facts.seen_state != "stopped":
        return _STOPPING
    return _INSTANCE.get(facts.seen_state, Word(facts.seen_state))


def stock_word(in_words: str) -> Word:
    """How an amount of stock is called."""
    return _STOCK.get(in_words, Word(in_words))


_INSTANCE_EVENTS = {
    "token_accepted": (_("Token accepted by Discord"), "key", ""),
    "asked_to_run": (_("Asked to start"), "player-play", ""),
    "started": (_("Started"), "robot", ""),
    "came_online": (_("On air"), "circle-check", "ok"),
    "faltered": (_("Unstable"), "alert-triangle", "bad"),
    "failed": (_("Stopped unexpectedly; it is tried again"), "alert-triangle", "bad"),
    "refused": (_("Stopped: needs you"), "alert-octagon", "bad"),
    "gave_up": (_("In quarantine after several failures"), "alert-octagon", "bad"),
    "ended": (_("Stopped"), "player-stop", ""),
}


def instance_moment(moment: InstanceMoment) -> tuple["str | Promise", str, str, Explanation | None]:
    """An instance's event in words, with its icon, its tone and the reason."""
    text, mark, tone = _INSTANCE_EVENTS.get(moment.event, (moment.event, "clock", ""))
    return text, mark, tone, explain(moment.reason, moment.to_state)
