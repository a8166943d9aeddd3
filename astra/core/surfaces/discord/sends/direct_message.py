"""One direct message that arrives effectively once: by nonce while Discord remembers it, by reading back afterwards."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.rest import DiscordRest, Refused
from astra.core.surfaces.discord.screens.parts import Screen, body

# Discord remembers a nonce for "a few minutes": within this time the same nonce is enough, later we look first.
NONCE_IS_ENOUGH = datetime.timedelta(seconds=90)
READ_BACK_MESSAGES = 100
UNKNOWN_MESSAGE = 10008


@dataclass(frozen=True, slots=True)
class SentMessage:
    """Where a message stands. ``message_id`` is empty when the person removed it meanwhile."""

    channel_id: str
    message_id: str


def send_direct_message(token: Secret, buyer_id: str, shown: Screen, *, nonce: str, reference: str, may_be_there: bool) -> SentMessage:
    """Sends a screen to a person, or finds the one that an earlier attempt sent.

    ``reference`` is printed in the screen; ``may_be_there`` says that an earlier attempt is too long ago for the nonce.
    Raises Closed, TokenRefused, RateLimited, Refused, NotSent (nothing was sent) or OutcomeUnknown.
    """
    rest = DiscordRest(token)
    # Opening the channel again returns the same one: its outcome is never unknown for long.
    channel_id = str(rest.post("/users/@me/channels", json={"recipient_id": buyer_id})["id"])
    if may_be_there and (message_id := _find(rest, channel_id, reference)):
        return SentMessage(channel_id, message_id)
    content = body(shown, ephemeral=False) | {"nonce": nonce[:25], "enforce_nonce": True}
    try:
        sent = rest.post(f"/channels/{channel_id}/messages", json=content, files=shown.files)
    except Refused as failure:
        if failure.code == UNKNOWN_MESSAGE:  # it was sent with this nonce before, and the person removed it
            return SentMessage(channel_id, "")
        raise
    return SentMessage(channel_id, str(sent["id"]))


def _find(rest: DiscordRest, channel_id: str, reference: str) -> str:
    printed = re.compile(re.escape(reference) + r"(?![\w-])")
    for message in rest.get(f"/channels/{channel_id}/messages", query={"limit": READ_BACK_MESSAGES}):
        if (message.get("author") or {}).get("bot") and _holds(message.get("components"), printed):
            return str(message["id"])
    return ""


def _holds(part: Any, printed: re.Pattern[str]) -> bool:
    if isinstance(part, list):
        return any(_holds(one, printed) for one in part)
    if isinstance(part, dict):
        return bool(printed.search(str(part.get("content", "")))) or _holds(part.get("components"), printed)
    return False
