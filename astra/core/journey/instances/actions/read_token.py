"""Asks Discord who a token is, before anything is written."""

from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.application import ApplicationFacts, read_application
from astra.core.integrations.discord.failures import DiscordFailure, Refused, TokenRefused

LONGEST_TOKEN = 200


class TokenNotAccepted(Failure):
    """Discord does not know the token."""

    label = "instance_token_not_accepted"
    text = _(
        "Discord did not accept this token. Nothing was saved. On the bot's page at Discord choose Reset Token, "
        "copy the whole new token and paste it here."
    )


class DiscordUnreachable(Failure):
    """Discord could not be asked."""

    label = "instance_discord_unreachable"
    permanent = False
    text = _("We could not reach Discord, so the token was not checked. Nothing was saved. Try again in a minute.")


def read_token(token: Secret) -> tuple[Secret, ApplicationFacts]:
    """The token without what people paste around it, and the application it belongs to.

    Calls Discord: never inside a transaction. Raises TokenNotAccepted, DiscordUnreachable.
    """
    clean = Secret(token.reveal().strip().removeprefix("Bot ").strip())
    text = clean.reveal()
    if not text or len(text) > LONGEST_TOKEN or not text.isascii() or not text.isprintable() or " " in text:
        raise TokenNotAccepted
    try:
        return clean, read_application(clean)
    except (TokenRefused, Refused) as failure:
        raise TokenNotAccepted from failure
    except DiscordFailure as failure:
        raise DiscordUnreachable from failure
