"""Which button a person pressed, as far as Discord itself says so.

A press that a relay brings names its button in the relay's words. Discord's own word, read back with the reply, is the message in which
the press happened (``interaction_metadata.interacted_message_id``) and, in the interaction's id, when. So a wish to see goods
counts only when it was made in a message that holds no other button: then there is nothing else it can have been. Otherwise a
captured bot could take any press of a buyer, a look at a price, for the wish to have his goods written where the bot can read them.
"""

import datetime
import uuid
from typing import Any

from astra.core.foundation.tenancy.acting import acting_for
from astra.core.surfaces.discord.models import GoodsButton
from astra.core.surfaces.discord.screens.parts import Screen

# Discord's epoch and the place of the time in its ids: Discord's reference, "Snowflakes".
EPOCH_MS, TIME_BITS = 1_420_070_400_000, 22


def note_screen(seller_id: uuid.UUID, order_id: uuid.UUID, shown: Screen, message: dict[str, Any]) -> None:
    """Remembers or forgets a message that we have just written, as Discord answered it."""
    message_id = str(message.get("id") or "")
    if not message_id:
        return
    with acting_for(seller_id):
        if buttons_of(shown.components) == [f"see:{order_id}"]:
            GoodsButton.objects.update_or_create(
                seller_id=seller_id, message_id=message_id, defaults={"order_id": order_id, "since_ms": _written_at(message_id, message)}
            )
        else:
            GoodsButton.objects.filter(message_id=message_id).delete()


def is_wish_for_goods(seller_id: uuid.UUID, order_id: uuid.UUID, about: dict[str, Any]) -> bool:
    """Whether Discord's word about a press leaves no doubt that it was on the button of this order's goods."""
    message_id, interaction_id = str(about.get("interacted_message_id") or ""), str(about.get("id") or "")
    if not message_id.isdigit() or not interaction_id.isdigit():
        return False
    with acting_for(seller_id):
        found = GoodsButton.objects.filter(order_id=order_id, message_id=message_id).first()
    return found is not None and time_of(interaction_id) >= found.since_ms


def time_of(snowflake: str) -> int:
    """When Discord made an id, in milliseconds since 1970."""
    return (int(snowflake) >> TIME_BITS) + EPOCH_MS


def buttons_of(components: Any) -> list[str]:
    """The custom_ids of everything in a message that can be pressed or chosen."""
    found: list[str] = []
    for one in components or ():
        if one.get("custom_id") and not one.get("disabled"):
            found.append(str(one["custom_id"]))
        found += buttons_of(one.get("components"))
        found += buttons_of([one["accessory"]] if one.get("accessory") else ())
    return found


def _written_at(message_id: str, message: dict[str, Any]) -> int:
    """The message's last edit, else its birth: until then other buttons may have stood there."""
    edited = message.get("edited_timestamp")
    if not edited:
        return time_of(message_id)
    return int(datetime.datetime.fromisoformat(str(edited)).timestamp() * 1000)
