"""Strict reading of what the other side sent."""

import re
from collections.abc import Mapping
from typing import Any

SURROGATES = re.compile("[\ud800-\udfff]")
SNOWFLAKE = re.compile(r"[0-9]{1,20}")


class BadMessage(ValueError):
    """A message is not of this protocol; says which field."""


def fields(body: object, **kinds: type) -> dict[str, Any]:
    """The named fields of a JSON object, each of its kind. Unknown fields are passed over, so that either side may be newer."""
    if not isinstance(body, Mapping):
        raise BadMessage("the body is not an object")
    found: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = body.get(name)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise BadMessage(f"{name} is missing or of another kind")
        found[name] = value
    return found


def text(value: str, name: str, longest: int) -> str:
    """A text that is not longer than allowed and can be written down: no NUL, no half of a character."""
    if len(value) > longest:
        raise BadMessage(f"{name} is too long")
    if "\x00" in value or SURROGATES.search(value):
        raise BadMessage(f"{name} holds what is not text")
    return value


def one_of(value: str, name: str, words: tuple[str, ...]) -> str:
    """One of a few words."""
    if value not in words:
        raise BadMessage(f"{name} is none of {', '.join(words)}")
    return value


def snowflake(value: str, name: str) -> str:
    """One of Discord's ids."""
    if not SNOWFLAKE.fullmatch(value):
        raise BadMessage(f"{name} is not an id of Discord")
    return value
