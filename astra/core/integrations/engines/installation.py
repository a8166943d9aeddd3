"""Which bots are this installation's: several may share one machine or one container engine."""

import contextlib
import uuid
from pathlib import Path

from django.conf import settings


def bots_folder() -> Path:
    """Where engines keep what they must remember; 0700."""
    folder = Path(settings.ASTRA_HOME) / "bots"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def installation_mark() -> str:
    """Sixteen hexadecimal digits, made by chance at first use and kept in ``bots/installation``.

    A path would not do: two installations in containers of their own both live in the same folder.
    """
    path = bots_folder() / "installation"
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    draft = path.with_suffix(f".{uuid.uuid4().hex}")
    draft.write_text(uuid.uuid4().hex[:16] + "\n", encoding="ascii")
    with contextlib.suppress(FileExistsError):
        path.hardlink_to(draft)  # of two that try at once one is first
    draft.unlink()
    return path.read_text(encoding="ascii").strip()
