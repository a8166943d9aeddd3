"""All sessions of all bots, and who of them hears what."""

from __future__ import annotations

import time
from typing import Any

from astra.sandbox.discord.refusal import Json

from . import intents
from .session import Session

RESUMABLE_SECONDS = 120


class Hub:
    """Sessions by id."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    def add(self, session: Session) -> None:
        """Takes in a new session; forgets those that lost their socket too long ago."""
        for old in [s for s in self._sessions.values() if self._is_over(s)]:
            del self._sessions[old.id]
        self._sessions[session.id] = session

    def find(self, session_id: str) -> Session | None:
        """The session that can still be resumed."""
        session = self._sessions.get(session_id)
        return None if session is None or self._is_over(session) else session

    def forget(self, session: Session) -> None:
        """Ends a session for good."""
        self._sessions.pop(session.id, None)

    def of(self, application_id: str) -> list[Session]:
        """The sessions of one bot."""
        return [s for s in self._sessions.values() if s.application_id == application_id and not self._is_over(s)]

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
        heard = False
        for session in self.of(application_id):
            if wanted and not session.intents & wanted:
                continue
            if not every_shard and not session.sees_guild(guild_id):
                continue
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
                if code is None:
                    session.wire.cut()
                else:
                    session.wire.close(code)
            if forget:
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
    return {**data, "content": "", "embeds": [], "attachments": [], "components": []}
