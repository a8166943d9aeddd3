"""The latest requests of bots, for tests and the developer. Holds no body, no token, no query."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator

from .refusal import Json

KEPT = 20_000
TOKEN_IN_PATH = re.compile(r"(/(?:interactions|webhooks)/\d+/)[^/]+")


class Journal:
    """Requests, newest last; the oldest fall out."""

    def __init__(self) -> None:
        self._entries: deque[Json] = deque(maxlen=KEPT)

    def add(
        self,
        *,
        at: str,
        application_id: str | None,
        method: str,
        path: str,
        status: int,
        code: int | None,
        ms: float,
        errors: Json | None = None,
        operation: str | None = None,
    ) -> None:
        """Notes one request and the operation of the description that it was held against.

        Status 0 means that its answer was lost on purpose. Tokens in paths are blotted out.
        Of a form's errors only the places and the codes are kept.
        """
        self._entries.append(
            {
                "at": at,
                "application_id": application_id,
                "method": method,
                "path": TOKEN_IN_PATH.sub(r"\1…", path),
                "status": status,
                "code": code,
                "ms": round(ms, 2),
                **({} if operation is None else {"operation": operation}),
                **({"errors": list(_places(errors))} if errors else {}),
            }
        )

    def latest(self, application_id: str | None, limit: int) -> list[Json]:
        """At most `limit` of them, newest last, of one application or of all."""
        found = [entry for entry in self._entries if application_id in (None, entry["application_id"])]
        return found[-limit:] if limit > 0 else []


def _places(tree: Json, path: str = "") -> Iterator[str]:
    """`components.0.custom_id: BASE_TYPE_REQUIRED` for each error of a tree."""
    for name, inner in tree.items():
        if name == "_errors":
            yield from (f"{path}: {entry['code']}" for entry in inner)
        elif isinstance(inner, dict):
            yield from _places(inner, f"{path}.{name}" if path else name)
