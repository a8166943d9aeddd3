"""All rows of one Discord, and the file they are kept in."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from .clock import Clock
from .rows import (
    Application,
    Channel,
    Guild,
    Interaction,
    Json,
    Message,
    User,
    Webhook,
    guild_from,
    message_from,
    to_json,
)

TOKEN_LIFE_SECONDS = 15 * 60


@dataclass
class State:
    """Rows by id. Messages lie in the order they were made; what an id does not find is not there."""

    users: dict[str, User] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)  # channel → id → message
    applications: dict[str, Application] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    nonces: dict[str, list[str | float]] = field(default_factory=dict)  # "channel author nonce" → message id, time
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    invites: dict[str, Json] = field(default_factory=dict)  # code → what was asked for, guild, channel, inviter
    grants: list[Json] = field(default_factory=list)  # what people allowed applications, with digests of the tokens
    clock_offset_seconds: float = 0.0
    last_id: int = 0
    _texts: dict[str, str] = field(default_factory=dict, repr=False)

    def as_text(self, now_unix: float, last_id: int) -> str:
        """What the file keeps, as JSON. Clicks whose token has run out are left behind.

        Messages are many and change seldom: each keeps its text until `stale` says that it has changed.
        """
        since = now_unix - TOKEN_LIFE_SECONDS
        alive = [i for i in self.interactions.values() if i.created_unix > since and i.state == "answered"]
        rest = {
            "version": 1,
            "users": [vars(row) for row in self.users.values()],
            "guilds": [to_json(row) for row in self.guilds.values()],
            "channels": [vars(row) for row in self.channels.values()],
            "applications": [vars(row) for row in self.applications.values()],
            "interactions": [vars(row) for row in alive],
            "nonces": self.nonces,
            "webhooks": [vars(row) for row in self.webhooks.values()],
            "invites": self.invites,
            "grants": self.grants,
            "clock_offset_seconds": self.clock_offset_seconds,
            "last_id": last_id,
        }
        fresh: dict[str, str] = {}
        for rows in self.messages.values():
            for key, row in rows.items():
                fresh[key] = self._texts.get(key) or json.dumps(to_json(row), ensure_ascii=False)
        self._texts = fresh
        messages = ",\n".join(fresh.values())
        return json.dumps(rest, ensure_ascii=False)[:-1] + f', "messages": [\n{messages}\n]}}\n'

    def now_text(self) -> str:
        """The present of this Discord, as its rows write it."""
        return Clock(self.clock_offset_seconds).text()

    def stale(self, message_id: str) -> None:
        """To be called when a stored message has changed."""
        self._texts.pop(message_id, None)

    @classmethod
    def from_json(cls, data: Json) -> State:
        """The state that `as_text` wrote. Raises KeyError, TypeError or ValueError for anything else."""
        if data["version"] != 1:
            raise ValueError(f"the state file has version {data['version']}, this program reads version 1")
        state = cls(
            users={row["id"]: User(**row) for row in data["users"]},
            guilds={row["id"]: guild_from(row) for row in data["guilds"]},
            channels={row["id"]: Channel(**row) for row in data["channels"]},
            applications={row["id"]: Application(**row) for row in data["applications"]},
            interactions={row["id"]: Interaction(**row) for row in data["interactions"]},
            nonces=data["nonces"],
            webhooks={row["id"]: Webhook(**row) for row in data.get("webhooks", [])},
            invites=data.get("invites", {}),
            grants=data.get("grants", []),
            clock_offset_seconds=data["clock_offset_seconds"],
            last_id=data["last_id"],
        )
        for row in data["messages"]:
            state.messages.setdefault(row["channel_id"], {})[row["id"]] = message_from(row)
        return state
