"""How a call to Discord can end badly. Each says whether it was done, was not done, or cannot be known."""

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure

CLOSED_CODES = frozenset({50007, 50278})


class DiscordFailure(Failure):
    """The base of all of them."""

    label = "discord_failure"


class TokenRefused(DiscordFailure):
    """401: Discord does not know this token any more. Nothing was done; nothing will be until it is replaced."""

    label = "discord_token_refused"
    text = _("Discord refused this token. Your products and orders are kept. Make another one on the bot's page and paste it here.")


class Refused(DiscordFailure):
    """Discord said no (4xx). Nothing was done. ``code`` is Discord's own error code, ``message`` its words.

    ``problems`` are (field, Discord's word) of a form it did not take.
    """

    label = "discord_refused"
    text = _("Discord refused this. Nothing was changed. Check the bot's permissions in the server and try again.")

    def __init__(self, status: int, code: int, message: str, problems: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(None, status=status, code=code, message=message)
        self.problems = problems
        self.status = status
        self.code = code
        self.message = message


class Closed(Refused):
    """This person takes no direct messages from the bot (50007, 50278)."""

    label = "discord_closed"
    text = _("This person does not take direct messages from the bot.")


class RateLimited(DiscordFailure):
    """Too much was asked. Nothing was done; ``retry_after`` seconds from now it may be."""

    label = "discord_rate_limited"
    permanent = False
    text = _("Discord asks us to slow down. Nothing was lost. Try again in a moment.")

    def __init__(self, retry_after: float) -> None:
        super().__init__(None, retry_after=retry_after)
        self.retry_after = retry_after


class NotSent(DiscordFailure):
    """The request never left, or never arrived: nothing was done and it may be sent again."""

    label = "discord_not_sent"
    permanent = False
    text = _("We cannot reach Discord now. Nothing was lost. Try again in a minute.")


class OutcomeUnknown(DiscordFailure):
    """The request may or may not have been done (no answer, a cut connection, 5xx). Read back before repeating it."""

    label = "discord_outcome_unknown"
    permanent = False
    text = _("Discord did not answer. Nothing was lost. Try again in a minute.")
