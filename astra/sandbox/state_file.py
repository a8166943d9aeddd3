"""Keeps a JSON file in step with memory: written whole, a moment after a change, never half."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

PAUSE_SECONDS = 0.2  # longer when the state has grown large: a tenth of the time at most goes into taking snapshots


class StateFile:
    """Writes what `snapshot` returns to `path`; with path None it does nothing."""

    def __init__(self, path: Path | None, snapshot: Callable[[], str]) -> None:
        self._path = path
        self._snapshot = snapshot
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def changed(self) -> None:
        """Asks for a write soon. Many calls in a moment make one write."""
        self._changed.set()

    def start(self) -> None:
        """Begins to write in the background of the running loop."""
        if self._path is not None:
            self._task = asyncio.create_task(self._keep(self._path))

    async def stop(self) -> None:
        """Ends the background task after a last write."""
        if self._task is not None:
            self._stopping = True
            self._changed.set()
            await self._task

    async def _keep(self, path: Path) -> None:
        pause_seconds = PAUSE_SECONDS
        # A change that comes while the file is being written is written too, even if the end comes with it.
        while not self._stopping or self._changed.is_set():
            await self._changed.wait()
            if not self._stopping:
                await asyncio.sleep(pause_seconds)
            self._changed.clear()
            began = time.monotonic()
            snapshot = self._snapshot()
            pause_seconds = max(PAUSE_SECONDS, 10 * (time.monotonic() - began))
            await asyncio.to_thread(write, path, snapshot)


def plain_text(data: dict[str, Any]) -> str:
    """`data` as a snapshot that people can read, too."""
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def read(path: Path) -> dict[str, Any] | None:
    """The stored JSON object, or None where there is no file. Raises ValueError for anything but an object."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if not isinstance(data, dict):
        raise ValueError("not a JSON object")
    return data


def write(path: Path, text: str) -> None:
    """Replaces `path` by `text` atomically: temporary file, fsync, rename, fsync of the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
