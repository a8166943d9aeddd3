"""What a supervisor says to a pool, over a socket of the machine: one JSON object a line, one answer a line."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from astra.protocol import parse

VERBS = ("start", "list", "stop", "kill", "forget", "log")
LONGEST_LINE = 4_096
LONGEST_ANSWER = 8_000_000


@dataclass(frozen=True, slots=True)
class PoolOrder:
    """supervisor → pool. ``start`` takes all fields but the mark, ``list`` none (or one instance), ``log`` a number of ``lines``,
    the others an instance. A ``list`` of all with the ``mark`` of an earlier answer is answered with ``same`` while nothing changed;
    a pool of before knows no mark and always tells everything.
    """

    verb: str
    instance: str = ""
    generation: int = 0
    ticket: str = field(default="", repr=False)
    core_url: str = ""
    lines: int = 50
    mark: str = ""

    def line(self) -> bytes:
        """As it travels."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def read(cls, body: object) -> "PoolOrder":
        """From JSON. Raises BadMessage."""
        whole = {"mark": "", **body} if isinstance(body, dict) else body
        found = parse.fields(whole, verb=str, instance=str, generation=int, ticket=str, core_url=str, lines=int, mark=str)
        parse.one_of(found["verb"], "verb", VERBS)
        return cls(**found)


@dataclass(frozen=True, slots=True)
class PooledCopy:
    """One copy in a pool: running, or ended with the exit code it would have had by itself."""

    instance: str
    generation: int
    exit_code: int | None

    def packed(self) -> list[Any]:
        """As it travels: short, for there are hundreds."""
        return [self.instance, self.generation, self.exit_code]

    @classmethod
    def unpack(cls, row: list[Any]) -> "PooledCopy":
        """Turns it back."""
        return cls(str(row[0]), int(row[1]), None if row[2] is None else int(row[2]))
