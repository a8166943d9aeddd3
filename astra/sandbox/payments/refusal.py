"""The provider's way to say no."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that was understood and not done: HTTP status, a code for programs, a sentence for people.

    `extra` is put beside `code` in the answer (for example the charge as it stands).
    """

    def __init__(self, status: int, code: str, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        return {"error": {"code": self.code, "message": self.message, **self.extra}}
