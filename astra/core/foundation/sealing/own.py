"""Sealing of what belongs to no seller (letters on their way): by a key of the installation itself."""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from astra.core.foundation.sealing.data_key import NONCE_BYTES, UnknownKey
from astra.core.foundation.sealing.keyring import keyring, newest_key
from astra.core.foundation.sealing.seal import SealBroken
from astra.core.foundation.sealing.secret import Secret


def seal_own(text: str, *, cell: str) -> str:
    """``kid:base64`` of nonce and ciphertext; ``cell`` names where it lies (table, row, column) and must be named again to open it."""
    kek = newest_key()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(_key(kek.key)).encrypt(nonce, text.encode(), cell.encode())
    return f"{kek.kid}:{base64.b64encode(nonce + sealed).decode()}"


def unseal_own(sealed: str, *, cell: str) -> Secret:
    """The text of a cell. Raises SealBroken when it does not belong there, UnknownKey when the installation lost the key."""
    kid, _sep, encoded = sealed.partition(":")
    kek = keyring().get(kid)
    if kek is None:
        raise UnknownKey(f"Rows are sealed by the key {kid!r}, which is not in ASTRA_KEK.")
    raw = base64.b64decode(encoded)
    try:
        return Secret(AESGCM(_key(kek.key)).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], cell.encode()).decode())
    except InvalidTag as error:
        raise SealBroken(f"{cell} does not open.") from error


def fingerprint_own(text: str, *, scope: str) -> bytes:
    """A keyed hash (32 bytes) by which the installation recognises the same text for anybody, without being able to read it."""
    return hmac.digest(hmac.digest(_oldest(), b"fingerprint|" + scope.encode(), hashlib.sha256), text.encode(), hashlib.sha256)


def _oldest() -> bytes:
    # The list is newest first, and a fingerprint must stay the same when a key is added before it.
    return list(keyring().values())[-1].key


def _key(kek: bytes) -> bytes:
    return hmac.digest(kek, b"astra|own|1", hashlib.sha256)
