"""A table for people and a file for machines: what was measured, what it should be, whether it holds."""

import json
import math
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

REPORTS = Path(__file__).resolve().parents[2] / "build" / "reports"


class Figure(TypedDict):
    """One line of a report."""

    name: str
    value: Any
    unit: str
    goal: str
    holds: bool


def figure(name: str, value: Any, unit: str = "", goal: str = "", holds: bool = True) -> Figure:
    """A line; without a goal it always holds."""
    return Figure(name=name, value=value, unit=unit, goal=goal, holds=holds)


def write_report(verb: str, figures: Sequence[Figure]) -> Path:
    """Writes build/reports/<verb>.json."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    path = REPORTS / f"{verb}.json"
    path.write_text(json.dumps(list(figures), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def print_table(figures: Sequence[Figure]) -> None:
    """The same, as a table."""
    rows = [(one["name"], f"{one['value']} {one['unit']}".strip(), one["goal"], "yes" if one["holds"] else "NO") for one in figures]
    heads = ("name", "value", "goal", "holds")
    widths = [max(len(str(row[at])) for row in [heads, *rows]) for at in range(4)]
    for row in [heads, tuple("-" * width for width in widths), *rows]:
        print("  ".join(str(cell).ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies (nearest rank); 0 for none."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value; 0 for none."""
    return statistics.median(values) if values else 0.0
