"""One press of a person, read from Discord's JSON."""

import uuid
from dataclasses import dataclass, field
from typing import Any

from astra.core.foundation.failure import Failure
from astra.core.foundation.sealing.secret import Secret
from astra.core.journey.instances.queries import InstanceFacts

COMMAND, COMPONENT, MODAL = 2, 3, 5


class UnreadableClick(Failure):
    """The payload is not one of ours (an old message, another application, a changed custom_id)."""

    label = "unreadable_click"


@dataclass(frozen=True, slots=True)
class Click:
    """Who pressed what, where. ``token`` answers it and dies after 15 minutes."""

    instance: InstanceFacts
    transport: str
    kind: int
    interaction_id: str
    token: Secret
    buyer_id: str
    buyer_name: str
    locale: str
    guild_id: str
    channel_id: str
    name: str
    arguments: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    fields: dict[str, str] = field(default_factory=dict)
    is_on_ephemeral: bool = False

    @property
    def seller_id(self) -> uuid.UUID:
        """Whose shop it is."""
        return self.instance.seller_id

    def order_id(self) -> uuid.UUID:
        """The order named by the first argument. Raises UnreadableClick."""
        return self.id_at(0)

    def id_at(self, place: int) -> uuid.UUID:
        """The id at a place of the arguments. Raises UnreadableClick."""
        try:
            return uuid.UUID(self.arguments[place])
        except (IndexError, ValueError):
            raise UnreadableClick() from None


def read_click(payload: dict[str, Any], instance: InstanceFacts, transport: str) -> Click:
    """Reads an interaction of types 2, 3 or 5. Raises UnreadableClick when it is none, or another application's."""
    try:
        kind = int(payload["type"])
        user = payload["member"]["user"] if payload.get("member") else payload["user"]
        data = payload.get("data") or {}
        if str(payload["application_id"]) != str(instance.application_id) or kind not in (COMMAND, COMPONENT, MODAL):
            raise UnreadableClick()
        if kind == COMMAND:
            name, rest = f"/{data['name']}", []
        else:
            name, *rest = str(data["custom_id"]).split(":")
        return Click(
            instance=instance,
            transport=transport,
            kind=kind,
            interaction_id=_snowflake(payload["id"]),
            token=Secret(str(payload["token"])),
            buyer_id=_snowflake(user["id"]),
            buyer_name=str(user.get("global_name") or user.get("username") or "")[:80],
            locale=str(payload.get("locale") or "pt-BR")[:8],
            guild_id=str(payload.get("guild_id") or ""),
            channel_id=str(payload.get("channel_id") or ""),
            name=name,
            arguments=tuple(rest),
            values=tuple(str(value) for value in data.get("values") or ()),
            fields=_fields(data.get("components") or []),
            is_on_ephemeral=bool(int((payload.get("message") or {}).get("flags") or 0) & 64),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise UnreadableClick() from None


def _snowflake(value: Any) -> str:
    text = str(value)
    if not text.isdigit() or len(text) > 20:
        raise ValueError("not a snowflake")
    return text


def _fields(components: list[Any]) -> dict[str, str]:
    """The inputs of a modal, whether they sit in labels or, as before, in rows."""
    found: dict[str, str] = {}
    for outer in components:
        for inner in [outer.get("component"), *(outer.get("components") or [])]:
            if isinstance(inner, dict) and "custom_id" in inner:
                values = inner.get("values") or []
                found[str(inner["custom_id"])] = str(inner["value"] if inner.get("value") is not None else (values[0] if values else ""))
    return found
