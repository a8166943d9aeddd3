"""The bytes of attachments: in memory, or in a folder beside the state file."""

from __future__ import annotations

import struct
from pathlib import Path


class Store:
    """Keeps bytes by attachment id. With a folder they outlive the process."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._memory: dict[str, bytes] = {}
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    def put(self, name: str, data: bytes) -> None:
        """Keeps `data` under `name`, an id made here."""
        if self._folder is None:
            self._memory[name] = data
        else:
            (self._folder / name).write_bytes(data)

    def get(self, name: str) -> bytes | None:
        """What was kept under `name`, an id that a row holds."""
        if self._folder is None:
            return self._memory.get(name)
        path = self._folder / name
        return path.read_bytes() if path.is_file() else None

    def drop(self, name: str) -> None:
        """Forgets `name`."""
        self._memory.pop(name, None)
        if self._folder is not None:
            (self._folder / name).unlink(missing_ok=True)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG or GIF, from its first bytes; None for anything else."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return int(width), int(height)
    return None
