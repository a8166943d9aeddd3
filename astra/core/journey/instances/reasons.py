"""Every reason an instance can have, in words: what happened, what was not lost, what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Explanation:
    """A reason as a person reads it; ``to_do`` is empty when nothing has to be done. Lazy: follows the reader's language."""

    happened: "str | Promise"
    to_do: "str | Promise"
    needs_a_person: bool


# Trying again cannot help: the instance waits for its owner.
PERMANENT = frozenset({"token_invalid", "intents_refused"})

_WAIT = _("Nothing was lost. It is tried again by itself.")
_TEXTS: dict[str, tuple["str | Promise", "str | Promise"]] = {
    "token_invalid": (
        _("Discord does not accept the bot's token any more."),
        _("Orders and products are kept. Make a new token on the bot's page at Discord and paste it under “Change the token”."),
    ),
    "intents_refused": (
        _("Discord refused the connection because of the bot's intents."),
        _("Orders and products are kept. On the bot's page at Discord check that the bot is not restricted, then press Start."),
    ),
    "endpoint_verification_failed": (
        _("Discord could not verify the address that takes the clicks."),
        _("It is tried again by itself. If this stays, the public address of this installation cannot be reached from Discord."),
    ),
    "discord_refused": (
        _("Discord refused what the bot asked for when it was set up."),
        _("Nothing was lost. It is tried again by itself. If this stays, check the bot's page at Discord."),
    ),
    "discord_unreachable": (_("Discord could not be reached."), _WAIT),
    "gateway_lost": (_("The bot lost its connection to Discord."), _("Nothing was lost. It reconnects by itself.")),
    "heartbeat_missed": (_("The bot stopped reporting."), _("Nothing was lost. It is restarted by itself.")),
    "start_timeout": (_("The bot did not come online in time."), _WAIT),
    "process_ended": (_("The bot's process ended unexpectedly."), _WAIT),
    "process_killed": (_("The bot's process was ended by the system."), _WAIT),
    "process_not_started": (_("The bot's process could not be started."), _WAIT),
    "oom": (_("The bot used more memory than it may and was ended by the system."), _WAIT),
    "image_missing": (
        _("The program of the bot is not on the machine that runs it."),
        _("Nothing was lost. Whoever runs this installation has to bring the bot's image there; then it starts by itself."),
    ),
    "engine_unreachable": (_("The machine that runs the bot cannot be reached."), _WAIT),
    "egress_missing": (
        _("The bot's way out to Discord is missing."),
        _("Nothing was lost. Whoever runs this installation has to start the proxy of the bots; then it starts by itself."),
    ),
    "networks_exhausted": (
        _("There is no network left for another bot on this machine."),
        _("Nothing was lost. Whoever runs this installation has to give the container engine more addresses; then it starts by itself."),
    ),
    "copy_still_runs": (_("An earlier copy of the bot is still ending."), _WAIT),
    "told_to_stop": (_("The bot's process was asked to end."), _WAIT),
    "superseded": (_("A newer copy of the bot took over."), _WAIT),
    "ticket_refused": (_("The bot was started too late to be let in."), _WAIT),
    "session_ended": (_("The bot could not report for a while and was let go."), _WAIT),
    "core_unreachable": (_("The bot could not reach AstraSystems when it started."), _WAIT),
    "identify_budget": (
        _("The bot signed in at Discord almost as often as one day allows."),
        _("Nothing was lost. It rests so that Discord does not reset its token, and is started again by itself when the day is over."),
    ),
    "invalid_request_budget": (
        _("Discord refused so many requests of this installation that no bot is started for some minutes."),
        _WAIT,
    ),
    "quiet": (
        _("Discord refused so many answers that the bot keeps quiet for some minutes, so that Discord does not shut it out for longer."),
        _("Nothing was lost. It answers again by itself. What is paid meanwhile is delivered."),
    ),
    "engine_has_no_process": (_("This way to run has no process."), _("Nothing has to be done.")),
}
_QUARANTINED = _(
    "It failed five times within ten minutes and is kept stopped so that Discord does not block the bot. "
    "Orders and products are kept. Remove the cause, then press Start."
)


def explain(reason: str, seen_state: str = "") -> Explanation | None:
    """A reason in words, for the state it is shown with; None without a reason."""
    if not reason:
        return None
    happened, to_do = _TEXTS.get(reason, (_("The bot had a problem."), _WAIT))
    if seen_state == "quarantined":
        to_do = _QUARANTINED
    return Explanation(happened, to_do, seen_state in ("errored", "quarantined"))


def known_reasons() -> list[str]:
    """All reasons that have words."""
    return sorted(_TEXTS)
