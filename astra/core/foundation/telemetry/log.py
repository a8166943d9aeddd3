"""The product's log: one JSON object a line, fields by an allow-list of shapes, secrets taken out before they are written."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from astra.core.foundation.sealing.secret import Secret

HIDDEN = "[hidden]"
SECRET_FIELDS = re.compile(r"token|password|secret|authorization|cookie|pix_?key|document|api_?key|signature|copy_paste", re.IGNORECASE)
# What a secret looks like when it hides inside a text: Discord's bot tokens, our providers' keys, key material, bearer headers.
SECRET_SHAPES = re.compile(
    r"[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{20,}"
    r"|whsec_[A-Za-z0-9+/=_-]+|sk_[A-Za-z0-9_]{8,}"
    r"|(?i:bearer|bot)\s+[A-Za-z0-9._-]{16,}"
    r"|://[^/\s:@]+:[^/\s@]+@"
    r"|/(?:webhooks|interactions)/\d+/[A-Za-z0-9._-]{16,}"
)
LINE_BREAKS = re.compile(r"[\r\n\x00-\x08\x0b-\x1f\x7f]+")
MAX_TEXT = 500


def redact(value: Any, name: str = "") -> Any:
    """A value as it may be logged: hidden by its field's name or by its shape, on one line, bounded."""
    if isinstance(value, Secret) or (name and SECRET_FIELDS.search(name)):
        return HIDDEN
    if isinstance(value, dict):
        return {str(key): redact(item, str(key)) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [redact(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return LINE_BREAKS.sub(" ", SECRET_SHAPES.sub(HIDDEN, str(value)))[:MAX_TEXT]


def first_line(error: BaseException) -> str:
    """What an exception says, without what the database adds below: there it repeats the values of the row."""
    return str(error).partition("\n")[0]


def _redact_event(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value, key) for key, value in event.items()}


class _Through(logging.Handler):
    """Brings the libraries' own log through the same redaction; exceptions give their type and place, never their values."""

    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, Any] = {"logger": record.name}
        if record.exc_info and record.exc_info[0]:
            facts["error"] = record.exc_info[0].__name__
            trace = record.exc_info[2]
            while trace and trace.tb_next:
                trace = trace.tb_next
            if trace:
                facts["at"] = f"{trace.tb_frame.f_code.co_filename.rsplit('astra/', 1)[-1]}:{trace.tb_lineno}"
        try:
            structlog.get_logger("library").log(record.levelno, record.getMessage(), **facts)
        except Exception:
            self.handleError(record)


def configure_log(level: int = logging.INFO) -> None:
    """Sets up the log of this process; safe to repeat."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact_event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Through()]
    root.setLevel(logging.WARNING)
    # At DEBUG some libraries print whole payloads, tokens included.
    for name in ("django.request", "django.security", "procrastinate", "granian", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
