"""One description of the API, whatever form it was published in: operations, and the schemas they name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Schema = dict[str, Any]
REF = "#/$defs/"
HOLE = re.compile(r"\\\{\w+\\\}")


@dataclass(frozen=True)
class Operation:
    """One method of one path. `answers` are by status ("200", "4XX"); None stands for an empty body or any."""

    id: str
    method: str
    template: str
    query: Schema
    body: Schema | None
    answers: dict[str, Schema | None]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a path without `/api/v10`."""
        return re.compile("^" + HOLE.sub("[^/]+", re.escape(self.template)) + "$")


@dataclass
class Description:
    """All operations, and the schemas by name that `$ref: #/$defs/NAME` leads to."""

    source: str
    version: str
    schemas: dict[str, Schema]
    operations: list[Operation]
    _by_shape: dict[tuple[str, int], list[Operation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A path that is spelled out (`/users/@me`) goes before one with a hole (`/users/{user_id}`).
        for operation in sorted(self.operations, key=lambda one: one.template.count("{")):
            shape = (operation.method, operation.template.count("/"))
            self._by_shape.setdefault(shape, []).append(operation)

    def find(self, method: str, path: str) -> Operation | None:
        """The operation that serves `path` (without `/api/v10`); None for one that is not described."""
        for operation in self._by_shape.get((method, path.count("/")), []):
            if operation.pattern.match(path):
                return operation
        return None
