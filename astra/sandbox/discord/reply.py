"""JSON answers. The type is exactly `application/json`: one library reads nothing that names a charset too."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from .refusal import Refusal


def answer(data: Any, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """`data` as JSON."""
    raw = json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()
    return web.Response(body=raw, status=status, content_type="application/json", headers=headers)


def refused(refusal: Refusal, headers: dict[str, str] | None = None) -> web.Response:
    """A refusal as Discord words it."""
    return answer(refusal.body(), refusal.status, headers)
