"""A pasted token: cleaned, read for what it is, and asked about at Discord."""

import base64
import binascii
import re

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.application import ApplicationFacts, read_application
from astra.core.integrations.discord.failures import DiscordFailure, Refused, TokenRefused

LONGEST_TOKEN = 200
# Where it is found: Bot → Reset Token, on the application's page.
_HERE = _("Nothing was saved. On the bot's page at Discord open Bot, choose Reset Token, copy the whole new token and paste it here.")
_REASONS: dict[str, tuple["str | Promise", "str | Promise"]] = {
    "empty": (_("There was nothing in the field."), _HERE),
    "malformed": (_("This is not a bot's token: a token has three parts with dots between them, without spaces."), _HERE),
    "cut": (_("This token is not whole: a part of it was not copied."), _HERE),
    "client_secret": (_("This is the application's client secret, not the bot's token. Keep it to yourself."), _HERE),
    "public_key": (_("This is the application's public key, not the bot's token."), _HERE),
    "application_id": (_("This is the application's ID, not the bot's token."), _HERE),
    "user_token": (
        _("This is the token of a person's account, not of a bot."),
        _(
            "Nothing was saved and nothing was sent. Whoever has it can use that account: change its Discord password now. "
            "Then paste a bot's token."
        ),
    ),
    "webhook": (_("This is the address of a webhook, not the bot's token."), _HERE),
    "link": (_("This is a link, not the bot's token."), _HERE),
    "revoked": (
        _("This has the form of a bot's token, but Discord does not accept it: it was reset, or is of a person's account."),
        _HERE,
    ),
    "restricted": (
        _("Discord knows this token but refuses to work with it."),
        _("Nothing was saved. Look at the bot's page at Discord for a restriction."),
    ),
}
_HEX_KEY = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
_SNOWFLAKE = re.compile(r"\d{15,20}")
_CLIENT_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
_PART = re.compile(r"[A-Za-z0-9_-]+={0,2}")


class TokenNotAccepted(Failure):
    """What was pasted is no token that works. ``why`` is one of the words above; the text says it, and where the right one is."""

    label = "instance_token_not_accepted"

    def __init__(self, why: str) -> None:
        happened, to_do = _REASONS[why]
        super().__init__(format_lazy("{} {}", happened, to_do), why=why)
        self.why = why


class DiscordUnreachable(Failure):
    """Discord could not be asked."""

    label = "instance_discord_unreachable"
    permanent = False
    text = _("We could not reach Discord, so the token was not checked. Nothing was saved. Try again in a minute.")


def read_token(token: Secret) -> tuple[Secret, ApplicationFacts]:
    """The token without what people paste around it, and the application it belongs to.

    What cannot be a bot's token is never sent anywhere: it may be another secret. Calls Discord: never inside a transaction. Raises
    TokenNotAccepted with the exact reason, DiscordUnreachable.
    """
    clean = Secret(token.reveal().strip().strip("\"'").strip().removeprefix("Bot ").strip())
    if why := what_else(clean.reveal()):
        raise TokenNotAccepted(why)
    try:
        return clean, read_application(clean)
    except TokenRefused as failure:
        raise TokenNotAccepted("revoked") from failure
    except Refused as failure:
        raise TokenNotAccepted("restricted") from failure
    except DiscordFailure as failure:
        raise DiscordUnreachable from failure


def what_else(text: str) -> str:
    """What a text is when it cannot be a bot's token, as a word of the reasons; empty when it may be one."""
    if not text:
        return "empty"
    if "/api/webhooks/" in text:
        return "webhook"
    if "://" in text or text.startswith(("discord.com/", "discord.gg/")):
        return "link"
    if text.startswith("mfa."):
        return "user_token"
    if _SNOWFLAKE.fullmatch(text):
        return "application_id"
    if _HEX_KEY.fullmatch(text):
        return "public_key"
    if _CLIENT_SECRET.fullmatch(text):
        return "client_secret"
    parts = text.split(".")
    if len(text) > LONGEST_TOKEN or not all(_PART.fullmatch(part) for part in parts if part) or (len(parts) == 1 and not _is_id(parts[0])):
        return "malformed"
    if not _is_id(parts[0]):
        return "cut" if len(parts) in (2, 3) else "malformed"
    return "" if len(parts) == 3 and all(parts) else "cut"


def _is_id(part: str) -> bool:
    """Whether a token's first part names an account: its id in base64."""
    try:
        return bool(_SNOWFLAKE.fullmatch(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("ascii")))
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return False
