"""The key-encryption keys of this installation: from the environment, a file, or made at first start."""

import base64
import os
import secrets
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyEncryptionKey:
    """One key that wraps the sellers' data keys; ``kid`` names it in the rows it wrapped."""

    kid: str
    key: bytes

    def __repr__(self) -> str:
        return f"KeyEncryptionKey({self.kid})"


@cache
def keyring() -> dict[str, KeyEncryptionKey]:
    """All known keys by name. The first one wraps new data keys.

    ``ASTRA_KEK`` (or the file in ``ASTRA_KEK_FILE``) holds lines ``kid:base64``, newest first; without them a key is
    made in ``$ASTRA_HOME/keys`` (0700/0600), which production refuses.
    """
    text = settings.ASTRA_KEK
    if not text and settings.ASTRA_KEK_FILE:
        text = Path(settings.ASTRA_KEK_FILE).read_text(encoding="ascii")
    if not text:
        if settings.ASTRA_ENVIRONMENT == "production":
            raise ImproperlyConfigured("Production needs ASTRA_KEK or ASTRA_KEK_FILE. Nothing was started or changed.")
        text = _own_key_file(Path(settings.ASTRA_HOME) / "keys" / "kek")
    ring: dict[str, KeyEncryptionKey] = {}
    for line in text.split():
        kid, _, encoded = line.partition(":")
        key = base64.b64decode(encoded)
        if not kid or len(kid) > 16 or len(key) != KEY_BYTES:
            raise ImproperlyConfigured("ASTRA_KEK holds lines of the form name:base64 with 32 bytes each.")
        ring[kid] = KeyEncryptionKey(kid, key)
    return ring


def newest_key() -> KeyEncryptionKey:
    """The key that wraps new data keys."""
    return next(iter(keyring().values()))


def _own_key_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        line = f"k1:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n"
        # Written whole beside it and linked into place: two programs starting at once agree on one key.
        draft = path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as handle:
            handle.write(line)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii")
