"""Where an embedded server's data lies, and which installation's keys it was made with."""

import hashlib
import os
from pathlib import Path

from astra.core.project.postgresql.binaries import ROOT_PLACE, reachable_by_others, run_as

OWNER_FILE = "astra-keys.sha256"


def data_folder(home: Path) -> Path:
    """Where it lies already; otherwise in the installation's folder, or in /var/lib/astra when its user could not go there.

    What exists wins: closing or opening a folder later must never make a shop look empty.
    """
    inside = home / "postgresql/data"
    if run_as() is None:
        return inside
    apart = ROOT_PLACE / "postgresql" / hashlib.sha256(str(home).encode()).hexdigest()[:16] / "data"
    for place in (inside, apart):
        if (place / "PG_VERSION").exists():
            return place
    return inside if reachable_by_others(_existing(home)) else apart


def belongs_to(data: Path, password: str) -> bool:
    """Whether a data folder was made with this administrator's password (or says nothing about it, or is not there)."""
    try:
        return (data / OWNER_FILE).read_text(encoding="ascii").strip() == _digest(password)
    except FileNotFoundError:
        return True


def write_owner(data: Path, password: str) -> None:
    """Remembers in a new data folder whose keys it was made with."""
    path = data / OWNER_FILE
    path.touch(mode=0o600)
    path.write_text(_digest(password), encoding="ascii")
    owner = run_as()
    if owner:
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _digest(password: str) -> str:
    # 48 random bytes: nothing can be guessed from its hash.
    return hashlib.sha256(password.encode()).hexdigest()


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
