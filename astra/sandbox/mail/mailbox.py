"""What arrived, newest last, kept within limits and in step with the state file."""

from __future__ import annotations

from datetime import datetime
from email.utils import parseaddr
from pathlib import Path

from astra.sandbox.payments.clock import Clock, to_text
from astra.sandbox.state_file import StateFile, plain_text, read

from .letter import Letter, read_letter

KEPT_LETTERS = 500
KEPT_BYTES = 48 * 1024 * 1024


class Mailbox:
    """All mails of all addresses. The oldest go when there are more than the limits allow."""

    def __init__(self, path: Path | None = None) -> None:
        """Takes up the state in `path`. Raises ValueError, KeyError or TypeError when that is no state of ours."""
        self.clock = Clock()
        self._letters: list[Letter] = []
        self._last = 0
        if path is not None and (stored := read(path)) is not None:
            self._letters = [Letter.restored(item) for item in stored["letters"]]
            self._last = int(stored["last"])
            self.clock.offset_seconds = float(stored["offset_seconds"])
        self._file = StateFile(path, self._snapshot)

    def start(self) -> None:
        """Begins to keep the state file."""
        self._file.start()

    async def stop(self) -> None:
        """Ends after a last write."""
        await self._file.stop()

    def take(self, raw: bytes, *, recipients: list[str], envelope_sender: str) -> Letter:
        """Keeps the mail in `raw`. Raises BadLetter."""
        letter = read_letter(
            raw,
            id=str(self._last + 1),
            recipients=recipients,
            envelope_sender=envelope_sender,
            received_at=to_text(self.clock.now()),
        )
        self._last += 1
        self._letters.append(letter)
        total = sum(kept.size() for kept in self._letters)
        while len(self._letters) > KEPT_LETTERS or (total > KEPT_BYTES and len(self._letters) > 1):
            total -= self._letters.pop(0).size()
        self._file.changed()
        return letter

    def find(self, *, to: str = "", after: str = "") -> list[Letter]:
        """Oldest first. `to` is an address in any case; `after` is the id of a mail or an ISO 8601 time.

        Raises ValueError for an `after` that is neither.
        """
        found = self._letters
        if to:
            wanted = (parseaddr(to)[1] or to).lower()
            found = [letter for letter in found if wanted in (address.lower() for address in letter.recipients)]
        if after.isdecimal():
            found = [letter for letter in found if int(letter.id) > int(after)]
        elif after:
            moment = datetime.fromisoformat(after.replace("Z", "+00:00").replace(" ", "+"))
            if moment.tzinfo is None:
                raise ValueError("the time has no zone")
            found = [letter for letter in found if datetime.fromisoformat(letter.received_at) > moment]
        return list(found)

    def get(self, id: str) -> Letter | None:
        """The mail, or None when there is none with that id (any more)."""
        return next((letter for letter in self._letters if letter.id == id), None)

    def clear(self) -> int:
        """Forgets every mail and says how many there were. Ids go on from where they are."""
        count = len(self._letters)
        self._letters.clear()
        self._file.changed()
        return count

    def move_clock(self, offset_seconds: float) -> None:
        """Sets how far the mailbox's time is from real time."""
        self.clock.offset_seconds = offset_seconds
        self._file.changed()

    def _snapshot(self) -> str:
        data = {
            "last": self._last,
            "offset_seconds": self.clock.offset_seconds,
            "letters": [letter.stored() for letter in self._letters],
        }
        return plain_text(data)
