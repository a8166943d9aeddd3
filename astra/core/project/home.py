"""``$ASTRA_HOME``: where one installation keeps its keys, its embedded database and its addresses."""

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from pathlib import Path

MARKER = "astra-installation.json"
# What the programs put into the folder. Keys go last: until then a reset that was cut off can be repeated.
CONTENTS = (
    "bots",
    "demo.log",
    "environment.json",
    "foreman.lock",
    "log",
    "pids.draft",
    "pids.json",
    "postgresql/data",  # as root other installations keep theirs beside it
    "postgresql/data-new",
    "postgresql.lock",
    "provision.lock",
    "sandbox",
    "seed.json",
    "static",
    "keys",
)


class NotAnInstallation(RuntimeError):
    """A folder that no program of ours made, or that must not be one: nothing in it was touched."""


def astra_home() -> Path:
    """The folder of this installation (default: the user's data folder, as root /var/lib/astra)."""
    given = os.environ.get("ASTRA_HOME")
    if given:
        return Path(given).resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/astra")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "astra"


def claim_home(home: Path | None = None) -> Path:
    """Makes the folder of an installation and marks it as one. Safe to repeat.

    The marker remembers what was there before us: a reset never deletes that. Raises NotAnInstallation for ``/``.
    """
    folder = home or astra_home()
    if folder == Path(folder.anchor):
        raise NotAnInstallation(f"ASTRA_HOME is {folder}: choose a folder of its own. Nothing was started or changed.")
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARKER).exists():
        found = sorted(path.name for path in folder.iterdir() if not path.name.startswith(MARKER))
        _write_once(folder / MARKER, json.dumps({"installation": "AstraSystems", "was_here_before": found}), 0o644)
    return folder


def forget_home(home: Path) -> list[str]:
    """Deletes what the programs put into an installation's folder, keys last, then the folder when nothing else is in it.

    Returns the names that were left alone: what was there before us, and what we do not know. Raises NotAnInstallation
    for a folder without our marker.
    """
    for name in _deletable(home):
        path = home / name
        if path.is_symlink() or path.is_file():
            path.unlink(missing_ok=True)
        elif path.is_dir():
            shutil.rmtree(path)
        if path.parent != home and path.parent.is_dir() and not any(path.parent.iterdir()):
            path.parent.rmdir()
    (home / MARKER).unlink()
    left = sorted(path.name for path in home.iterdir())
    if not left:
        home.rmdir()
    return left


def check_installation(home: Path) -> None:
    """Raises NotAnInstallation for a folder without our marker."""
    _deletable(home)


def own_secret(name: str, home: Path | None = None) -> str:
    """A random secret of this installation, made once in ``$ASTRA_HOME/keys`` (0700/0600)."""
    path = claim_home(home) / "keys" / name
    path.parent.mkdir(exist_ok=True, mode=0o700)
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48), 0o600)
    return path.read_text(encoding="ascii").strip()


def _deletable(home: Path) -> Sequence[str]:
    try:
        before = set(json.loads((home / MARKER).read_text(encoding="utf-8"))["was_here_before"])
    except (OSError, ValueError, KeyError, TypeError):
        before = None
    if before is None or home == Path(home.anchor):
        raise NotAnInstallation(f"{home} does not look like an installation of AstraSystems (no {MARKER}). Nothing was deleted.")
    return [name for name in CONTENTS if name.partition("/")[0] not in before]


def _write_once(path: Path, text: str, mode: int) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    # Linked, not renamed: of two programs that start at once, the first one's text stays.
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
