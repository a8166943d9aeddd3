"""What must hold in the books at every moment, as SQL: a row returned is a violation. Each stage keeps its own beside it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from astra.core.foundation.tenancy.acting import as_system

CORE = Path(__file__).resolve().parents[1]
FIRST_LINE = re.compile(r"-- (?P<name>[A-Z]\d\d) (?P<title>.+)")


class BadInvariant(ValueError):
    """A file that does not begin with ``-- M01 what must hold``, or a name given twice: a programming error."""


@dataclass(frozen=True, slots=True)
class Invariant:
    """One statement that must find nothing, its short name and what it promises."""

    name: str
    title: str
    sql: str
    path: Path


@cache
def load_invariants() -> tuple[Invariant, ...]:
    """All of ``astra/core/**/invariants/*.sql``, by name. Raises BadInvariant."""
    found: dict[str, Invariant] = {}
    for path in sorted(CORE.glob("**/invariants/*.sql")):
        text = path.read_text(encoding="utf-8")
        first = FIRST_LINE.fullmatch(text.partition("\n")[0].rstrip())
        if first is None:
            raise BadInvariant(f"{path} does not begin with a line like '-- M01 what must hold'.")
        if first["name"] in found:
            raise BadInvariant(f"{first['name']} is in {found[first['name']].path} and in {path}.")
        found[first["name"]] = Invariant(first["name"], first["title"], text, path)
    return tuple(found[name] for name in sorted(found))


def violations(names: Iterable[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """The rows that break each invariant (only those broken), read over all sellers as the system role.

    Outside a transaction all are read from one snapshot, so that books in motion give no false alarm. Runs outside any
    seller's block.
    """
    chosen = None if names is None else set(names)
    found: dict[str, list[dict[str, Any]]] = {}
    alone = not connection.in_atomic_block
    with as_system(), connection.cursor() as cursor:
        if alone:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for invariant in load_invariants():
            if chosen is not None and invariant.name not in chosen:
                continue
            cursor.execute(invariant.sql)
            columns = [column.name for column in cursor.description or ()]
            if rows := [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]:
                found[invariant.name] = rows
    return found
