"""The bot's log: short lines on stderr, never a token."""

import logging
import sys
import time

LONGEST_LINE = 4_000
HIDDEN = "[hidden]"


class HidingFormatter(logging.Formatter):
    """Takes known secrets out of whole lines, tracebacks included."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime
        self._secrets: set[str] = set()

    def hide(self, secret: str) -> None:
        """From now on this text never appears."""
        if secret:
            self._secrets.add(secret)

    def format(self, record: logging.LogRecord) -> str:
        """The line without its secrets, bounded."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        return line[:LONGEST_LINE]


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
