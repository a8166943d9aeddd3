"""Identifiers as a PIX provider hands them out."""

from __future__ import annotations

import secrets
import string
from datetime import UTC, datetime

_LETTERS = string.ascii_lowercase + string.digits
_ISPB = "99999999"  # no such bank: a real participant number would look like a real payment


def new_id(prefix: str) -> str:
    """A new identifier such as `ch_` and 26 letters and digits (the length of a txid)."""
    return f"{prefix}_" + "".join(secrets.choice(_LETTERS) for _ in range(26))


def end_to_end_id(at: datetime, kind: str = "E") -> str:
    """The 32 characters that name one transfer between banks: `E` for a payment, `D` for a return."""
    tail = "".join(secrets.choice(_LETTERS) for _ in range(11))
    return f"{kind}{_ISPB}{at.astimezone(UTC):%Y%m%d%H%M}{tail}"
