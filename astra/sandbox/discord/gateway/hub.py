"""All sessions of all bots, and who of them hears what."""

from __future__ import annotations

import json
import time
from typing import Any

from astra.sandbox.discord.faults import GATEWAY, Faults
from astra.sandbox.discord.refusal import Json

from . import intents
from .knobs import Knobs
from .session import Session

RESUMABLE_SECONDS = 120


class Hub:
    """Sessions by id and by bot, and the numbers of the gateway."""

    def __init__(self, *, quick: bool = False, faults: Faults | None = None) -> None:
        self.knobs = Knobs.first(quick=quick)
        self._faults = Faults() if faults is None else faults
        self._sessions: dict[str, Session] = {}
        self._of: dict[str, dict[str, Session]] = {}
        self._swept_at = 0.0
        self._started: dict[tuple[str, int], float] = {}

    def add(self, session: Session) -> None:
        """Takes in a new session; forgets those that lost their socket too long ago."""
        now = time.monotonic()
        if now - self._swept_at > RESUMABLE_SECONDS / 4:
            self._swept_at = now
            for old in [s for s in self._sessions.values() if self._is_over(s)]:
                self.forget(old)
        self._sessions[session.id] = session
        self._of.setdefault(session.application_id, {})[session.id] = session

    def find(self, session_id: str) -> Session | None:
        """The session that can still be resumed."""
        session = self._sessions.get(session_id)
        return None if session is None or self._is_over(session) else session

    def forget(self, session: Session) -> None:
        """Ends a session for good."""
        self._sessions.pop(session.id, None)
        mine = self._of.get(session.application_id, {})
        mine.pop(session.id, None)
        if not mine:
            self._of.pop(session.application_id, None)

    def may_start(self, application_id: str, shard: int) -> bool:
        """Whether an IDENTIFY keeps the pause after the last one of its bucket; if so, it is noted."""
        bucket = (application_id, shard % self.knobs.max_concurrency)
        now = time.monotonic()
        if now - self._started.get(bucket, -1e9) < self.knobs.identify_pace_seconds:
            return False
        if self.knobs.identify_pace_seconds:
            self._started[bucket] = now
        return True

    def forget_starts(self) -> None:
        """No pause has to be kept any more."""
        self._started.clear()

    def of(self, application_id: str) -> list[Session]:
        """The sessions of one bot."""
        return [s for s in self._of.get(application_id, {}).values() if not self._is_over(s)]

    def all(self) -> list[Session]:
        """All sessions with an open socket."""
        return [session for session in self._sessions.values() if session.online]

    def tell(
        self,
        application_id: str,
        event: str,
        data: Any,
        *,
        guild_id: str | None = None,
        every_shard: bool = False,
        hide_content: bool = False,
    ) -> bool:
        """Sends `event` to the bot's sessions that may hear it. True if one of them is online.

        `hide_content` blanks what only the message content intent shows.
        """
        wanted = intents.needed(event, direct=guild_id is None)
        if event == "GUILD_MEMBER_UPDATE" and data["user"]["id"] == application_id:
            wanted = intents.GUILDS  # what becomes of itself a bot hears without the privileged intent
        heard = False
        for session in self.of(application_id):
            if wanted and not session.intents & wanted:
                continue
            if not every_shard and not session.sees_guild(guild_id):
                continue
            rule = self._faults.pick(GATEWAY, event, application_id)
            if rule is not None:
                session.hang_up(rule.code)
            shown = blank(data) if hide_content and not session.intents & intents.MESSAGE_CONTENT else data
            session.dispatch(event, shown)
            heard = heard or session.online
        return heard

    def drop(self, application_id: str, code: int | None, *, forget: bool = False) -> int:
        """Closes the bot's sockets with `code`, or cuts them where it is None; how many there were."""
        count = 0
        for session in self.of(application_id):
            if session.wire is not None and session.wire.open:
                count += 1
                session.hang_up(code)
            if forget:
                self.forget(session)
        return count

    def say(self, application_id: str, op: int, data: Any) -> int:
        """Sends a frame that is no event to all of the bot's sockets; how many. Op 9 with False ends the sessions."""
        count = 0
        for session in self.of(application_id):
            if session.wire is not None and session.wire.open:
                count += 1
                session.wire.put(json.dumps({"op": op, "d": data, "s": None, "t": None}, separators=(",", ":")))
            if op == 9 and data is False:
                session.wire = None
                self.forget(session)
        return count

    def close(self) -> None:
        """Closes every socket as a server does that goes away."""
        for session in self._sessions.values():
            if session.wire is not None:
                session.wire.close(1001)

    @staticmethod
    def _is_over(session: Session) -> bool:
        return not session.online and session.lost_at is not None and (time.monotonic() - session.lost_at > RESUMABLE_SECONDS)


def blank(data: Json) -> Json:
    """A message without what people wrote."""
    shown = {key: value for key, value in data.items() if key != "poll"}
    return {**shown, "content": "", "embeds": [], "attachments": [], "components": []}
