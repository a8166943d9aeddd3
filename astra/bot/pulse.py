"""What a bot tells of itself with its heartbeat: how fast it answered, how often it signed in, and its last log lines."""

import logging
from collections import deque

from astra.protocol.messages import LONGEST_LINE, MOST_COUNTED, MOST_LINES, Pulse


class LogTail(logging.Handler):
    """Keeps the last lines of this process as they are written: formatted, secrets hidden, bounded."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(formatter)
        self._lines: deque[str] = deque(maxlen=MOST_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        """Takes a line; of a traceback only the line that says what happened."""
        line = self.format(record).splitlines() or [""]
        self._lines.append(line[0][:LONGEST_LINE])

    def take(self) -> tuple[str, ...]:
        """The lines since the last time."""
        lines = tuple(self._lines)
        self._lines.clear()
        return lines

    def put_back(self, lines: tuple[str, ...]) -> None:
        """Lines that did not get through are told again, as far as there is room."""
        room = MOST_LINES - len(self._lines)
        self._lines.extendleft(reversed(lines[-room:] if room else ()))


class PulseMeter:
    """Counts between two heartbeats. ``tail`` is left out where several instances share one log."""

    def __init__(self, tail: LogTail | None = None) -> None:
        self._tail = tail
        self._answers = self._total_ms = self._worst_ms = 0
        self._sign_ins = 0
        self._refused = 0
        self._latency_ms = 0

    def answered(self, seconds: float) -> None:
        """Somebody pressed something and got his answer after so long."""
        took = round(seconds * 1000)
        self._answers += 1
        self._total_ms += took
        self._worst_ms = max(self._worst_ms, took)

    def signed_in(self) -> None:
        """A new session at Discord: it counts against the day's starts."""
        self._sign_ins += 1

    def refused(self) -> None:
        """Discord refused a reply in a way that counts against the address."""
        self._refused += 1

    def latency(self, seconds: float) -> None:
        """How long Discord took to answer the gateway's last heartbeat."""
        self._latency_ms = min(max(round(seconds * 1000), 0), 60_000) if seconds < 60 else 0

    def take(self) -> Pulse:
        """What there is to tell; counters begin again. Never more than a heartbeat may carry: one that is refused for it would come back,
        and be refused again, for ever."""
        lines = self._tail.take() if self._tail else ()
        total_ms, worst_ms = min(self._total_ms, MOST_COUNTED), min(self._worst_ms, MOST_COUNTED)
        told = Pulse(self._answers, total_ms, worst_ms, self._sign_ins, self._latency_ms, lines, self._refused)
        self._answers = self._total_ms = self._worst_ms = self._refused = 0
        return told

    def put_back(self, told: Pulse) -> None:
        """It did not get through: it is told with the next beat."""
        self._answers += told.answers
        self._refused += told.refused
        self._total_ms += told.total_ms
        self._worst_ms = max(self._worst_ms, told.worst_ms)
        if self._tail:
            self._tail.put_back(told.lines)
