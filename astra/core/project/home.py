"""``$ASTRA_HOME``: where one installation keeps its keys, its embedded database and its addresses."""

import os
import secrets
from pathlib import Path


def astra_home() -> Path:
    """The folder of this installation (default: the user's data folder, as root /var/lib/astra)."""
    given = os.environ.get("ASTRA_HOME")
    if given:
        return Path(given).resolve()
    if os.geteuid() == 0:
        return Path("/var/lib/astra")
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share")) / "astra"


def own_secret(name: str) -> str:
    """A random secret of this installation, made once in ``$ASTRA_HOME/keys`` (0700/0600)."""
    path = astra_home() / "keys" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_name(f"{name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(secrets.token_urlsafe(48))
        # Linked, not renamed: of two programs that start at once, the first one's secret stays.
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()
