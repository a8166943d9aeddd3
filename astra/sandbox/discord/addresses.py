"""Addresses of attachments: kept relative, shown absolute to bots."""

from __future__ import annotations

from typing import Any


def with_base(value: Any, base: str) -> Any:
    """A copy of `value` in which addresses of attachments begin with `base`."""
    if isinstance(value, dict):
        return {
            key: base + entry
            if key in ("url", "proxy_url", "icon_url") and isinstance(entry, str) and entry.startswith("/attachments/")
            else with_base(entry, base)
            for key, entry in value.items()
        }
    if isinstance(value, list):
        return [with_base(entry, base) for entry in value]
    return value
