"""The bot's log: short lines on stderr, never a token."""

import logging
import sys
import time
from collections import Counter, deque
from contextvars import ContextVar

LONGEST_LINE = 4_000
HIDDEN = "[hidden]"
KEPT_LINES = 50

# Which copy of a pool is speaking; every task of a copy inherits it.
SPEAKER: ContextVar[str] = ContextVar("speaker", default="")


class HidingFormatter(logging.Formatter):
    """Takes known secrets out of whole lines, tracebacks included."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._secrets: Counter[str] = Counter()
        self._tails: dict[str, deque[str]] = {}

    def hide(self, secret: str) -> None:
        """From now on this text never appears."""
        if secret:
            self._secrets[secret] += 1

    def forget(self, *secrets: str) -> None:
        """Whoever hid them is gone and says nothing any more."""
        self._secrets.subtract(filter(None, secrets))
        self._secrets = +self._secrets

    def keep_tail(self, speaker: str) -> None:
        """From now on keeps the last lines of a copy."""
        self._tails.setdefault(speaker, deque(maxlen=KEPT_LINES))

    def tail(self, speaker: str) -> list[str]:
        """The last lines of a copy."""
        return list(self._tails.get(speaker, ()))

    def drop_tail(self, speaker: str) -> None:
        """Keeps them no longer."""
        self._tails.pop(speaker, None)

    def format(self, record: logging.LogRecord) -> str:
        """The line without its secrets, bounded; in a pool it names its copy."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        speaker = SPEAKER.get()
        if not speaker:
            return line[:LONGEST_LINE]
        if speaker in self._tails:
            self._tails[speaker].append(line[: LONGEST_LINE // 8])
        return f"[{speaker}] {line}"[:LONGEST_LINE]


def set_up_log(level: int = logging.INFO) -> HidingFormatter:
    """Sends everything to stderr. discord.py stays at INFO whatever is asked for: at DEBUG it prints payloads with tokens."""
    formatter = HidingFormatter()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    cap_library_log()
    return formatter


def cap_library_log() -> None:
    """Keeps the libraries' loggers at INFO or above, every one of them that exists."""
    for name in ("discord", *(name for name in logging.root.manager.loggerDict if name.startswith("discord."))):
        logger = logging.getLogger(name)
        if name == "discord" or logger.level:
            logger.setLevel(max(logger.level, logging.INFO))
    logging.getLogger("asyncio").setLevel(logging.WARNING)
    logging.getLogger("aiohttp").setLevel(logging.WARNING)
