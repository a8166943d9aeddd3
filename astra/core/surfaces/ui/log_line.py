"""A line of a bot's log, in parts: when (for the reader's own clock), how bad, and what."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

# As ``astra.bot.log`` writes them: time in UTC, level, logger, words.
STAMP = "%Y-%m-%dT%H:%M:%SZ"
TONES = {"WARNING": "warn", "ERROR": "bad", "CRITICAL": "bad"}


@dataclass(frozen=True, slots=True)
class LogLine:
    """``at`` is None for a line that begins otherwise (of a traceback); ``tone`` is warn, bad or empty."""

    at: datetime.datetime | None
    tone: str
    text: str


def log_lines(lines: Iterable[str]) -> list[LogLine]:
    """Lines as a page shows them, in the order given. A line without a time has the tone of the one it belongs to."""
    shown: list[LogLine] = []
    for line in lines:
        stamp, _, rest = line.partition(" ")
        level, _, text = rest.partition(" ")
        try:
            at = datetime.datetime.strptime(stamp, STAMP).replace(tzinfo=datetime.UTC)
        except ValueError:
            shown.append(LogLine(None, shown[-1].tone if shown else "", line))
        else:
            shown.append(LogLine(at, TONES.get(level, ""), text))
    return shown
