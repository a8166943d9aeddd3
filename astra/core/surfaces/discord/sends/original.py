"""Changes the message of a press by the press's own token."""

import contextlib
import time
from typing import Any

from astra.core.foundation.sealing.secret import Secret
from astra.core.integrations.discord.rest import DiscordRest, Refused
from astra.core.surfaces.discord.screens.parts import EPHEMERAL, Screen, body

# A job may be faster than the answer of the press that started it; Discord then says that there is no such message yet.
NOT_YET_CODES = frozenset({10008, 10015})
GONE_CODES = frozenset({10008, 10015, 50027, 10062})
TRIES_WHILE_YOUNG = 6
PAUSE_SECONDS = 0.4
YOUNG_SECONDS = 20.0


class MessageGone(Exception):
    """The message cannot be changed any more: its token died, or the person dismissed it."""


def edit_original(application_id: str, token: Secret, shown: Screen, *, age_seconds: float) -> dict[str, Any]:
    """Makes a press's message this screen. Raises MessageGone, or Discord's other failures.

    Doing it twice changes nothing: a caller may repeat it after any failure.
    """
    # The message may be the relay's own, which is plain text: a message of components holds no text beside them.
    content = body(shown, ephemeral=False) | {"content": None}
    path = f"/webhooks/{application_id}/{token.reveal()}/messages/@original"
    found: dict[str, Any] = _patient(lambda: DiscordRest(None).patch(path, json=content, files=shown.files), age_seconds)
    return found


def read_original(application_id: str, token: Secret, *, age_seconds: float) -> dict[str, Any]:
    """A press's message as Discord has it. Raises MessageGone, or Discord's other failures."""
    path = f"/webhooks/{application_id}/{token.reveal()}/messages/@original"
    found: dict[str, Any] = _patient(lambda: DiscordRest(None).get(path), age_seconds)
    return found


def say_more(application_id: str, token: Secret, content: str) -> str:
    """Sends one more ephemeral message, plain text, and returns its id. Raises MessageGone, or Discord's other failures."""
    try:
        sent = DiscordRest(None).post(
            f"/webhooks/{application_id}/{token.reveal()}",
            json={"content": content, "flags": EPHEMERAL, "allowed_mentions": {"parse": []}},
        )
    except Refused as failure:
        raise _gone_or_same(failure) from None
    return str((sent or {}).get("id", ""))


def take_back(application_id: str, token: Secret, message_id: str) -> None:
    """Takes away a message that was sent by the same token. One that is gone, or of an earlier token, is left: nothing depends on it."""
    with contextlib.suppress(Refused):
        DiscordRest(None).delete(f"/webhooks/{application_id}/{token.reveal()}/messages/{message_id}")


def _patient(call: Any, age_seconds: float) -> Any:
    tries = TRIES_WHILE_YOUNG if age_seconds < YOUNG_SECONDS else 1
    while True:
        tries -= 1
        try:
            return call()
        except Refused as failure:
            if tries <= 0 or failure.code not in NOT_YET_CODES:
                raise _gone_or_same(failure) from None
        time.sleep(PAUSE_SECONDS)


def _gone_or_same(failure: Refused) -> Exception:
    return MessageGone(failure.code) if failure.status in (401, 404) or failure.code in GONE_CODES else failure
