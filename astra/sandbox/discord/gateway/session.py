"""What a bot's connection leaves behind when it breaks: events in order, so that it can go on where it was."""

from __future__ import annotations

import json
import secrets
from collections import deque
from typing import Any

from astra.sandbox.discord.refusal import Json

from .wire import Wire

BUFFER = 1000
KEPT_THOUGH_HEARD = 32 * 1024  # characters: a thousand bots must fit into memory


class Session:
    """A numbered stream of events to one bot, with or without a socket at the moment."""

    def __init__(self, application_id: str, intents: int, shard: tuple[int, int]) -> None:
        self.id = secrets.token_hex(16)
        self.application_id = application_id
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.wire: Wire | None = None
        self.lost_at: float | None = None
        self.presence: Json = {"status": "online", "activities": []}
        self._sent: deque[tuple[int, str]] = deque(maxlen=BUFFER)
        self._kept = 0

    @property
    def online(self) -> bool:
        """Whether a socket is open."""
        return self.wire is not None and self.wire.open

    def dispatch(self, event: str, data: Any) -> None:
        """Sends an event, or keeps it for a resume."""
        self.sequence += 1
        frame = json.dumps({"op": 0, "s": self.sequence, "t": event, "d": data}, separators=(",", ":"))
        if len(self._sent) == BUFFER:
            self._kept -= len(self._sent[0][1])
        self._sent.append((self.sequence, frame))
        self._kept += len(frame)
        if self.wire is not None:
            self.wire.put(frame)

    def hang_up(self, code: int | None) -> None:
        """Ends the connection: with `code`, or without a word (None or 0). What is dispatched from now on waits for a resume."""
        if self.wire is not None and code:
            self.wire.close(code)
        elif self.wire is not None:
            self.wire.cut()

    def heard(self, sequence: int) -> None:
        """A heartbeat named what has arrived: of that, only the latest stays for a resume."""
        while self._sent and self._kept > KEPT_THOUGH_HEARD and self._sent[0][0] <= sequence:
            self._kept -= len(self._sent.popleft()[1])

    def can_replay(self, sequence: int) -> bool:
        """Whether everything after `sequence` is still here."""
        return sequence == self.sequence or (bool(self._sent) and self._sent[0][0] <= sequence + 1)

    def replay(self, sequence: int) -> None:
        """Sends what came after `sequence`, then RESUMED."""
        if self.wire is not None:
            for number, frame in list(self._sent):
                if number > sequence:
                    self.wire.put(frame)
        self.dispatch("RESUMED", {})

    def sees_guild(self, guild_id: str | None) -> bool:
        """Whether this shard has the guild; direct messages go to the first shard."""
        number, count = self.shard
        return number == 0 if guild_id is None else (int(guild_id) >> 22) % count == number
