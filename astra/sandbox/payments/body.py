"""Reads the fields of a request's JSON and says what is wrong with them."""

from __future__ import annotations

import json
from typing import Any

from .refusal import Refusal

CURRENCY = "BRL"
MAX_AMOUNT_MINOR = 100_000_000_00
MAX_REFERENCE = 64


class Body:
    """A JSON object with typed readers. Each raises Refusal 422 and names the field."""

    def __init__(self, data: dict[str, Any], where: str = "") -> None:
        self._data = data
        self._where = where

    @classmethod
    def parse(cls, raw: bytes) -> Body:
        """The object in `raw`; nothing at all counts as empty. Raises Refusal 400 for anything but an object."""
        try:
            data = json.loads(raw) if raw.strip() else {}
        except ValueError:
            raise Refusal(400, "invalid_json", "The body is not JSON.") from None
        if not isinstance(data, dict):
            raise Refusal(400, "invalid_json", "The body is not a JSON object.")
        return cls(data)

    @property
    def data(self) -> dict[str, Any]:
        """The object as it came."""
        return self._data

    def only(self, *names: str) -> None:
        """Refuses fields that are not named: a misspelt one would otherwise be ignored in silence."""
        for name in self._data:
            if name not in names:
                raise self._wrong(name, f"is unknown here; known: {', '.join(names)}")

    def text(self, name: str, *, longest: int, default: str | None = None) -> str:
        """A text of 1 to `longest` characters; with a default it may be missing or empty."""
        value = self._data.get(name)
        if value in (None, "") and default is not None:
            return default
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise self._wrong(name, f"is a text of 1 to {longest} characters")
        return value

    def integer(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """A whole number within bounds."""
        value = self._data.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong(name, f"is a whole number from {least} to {most}")
        return value

    def amount_minor(self, name: str = "amount_minor") -> int:
        """An amount above zero, in centavos."""
        return self.integer(name, least=1, most=MAX_AMOUNT_MINOR)

    def currency(self) -> str:
        """The one currency that PIX knows."""
        if self._data.get("currency") != CURRENCY:
            raise self._wrong("currency", f"is {CURRENCY}")
        return CURRENCY

    def reference(self) -> str:
        """The caller's own name for the thing."""
        return self.text("reference", longest=MAX_REFERENCE)

    def part(self, name: str) -> Body:
        """An object inside the object."""
        value = self._data.get(name)
        if not isinstance(value, dict):
            raise self._wrong(name, "is an object")
        return Body(value, f"{self._where}{name}.")

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._data.get(name) is not None

    def _wrong(self, name: str, rule: str) -> Refusal:
        field = f"{self._where}{name}"
        return Refusal(422, "invalid_field", f"{field} {rule}.", field=field)
