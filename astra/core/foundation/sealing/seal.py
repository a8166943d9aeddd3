"""Sealing of secrets at rest: AES-256-GCM whose associated data names the exact cell."""

import hashlib
import hmac
import secrets
import uuid
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from astra.core.foundation.sealing.data_key import NONCE_BYTES, current_data_key, data_key
from astra.core.foundation.sealing.secret import Secret

VERSION = b"\x01"
KEY_ID_BYTES = 16


class SealBroken(RuntimeError):
    """The bytes were changed, or were moved from another cell: they are refused."""


def seal(text: str | bytes, *, seller_id: uuid.UUID, table: str, row_id: uuid.UUID, column: str) -> bytes:
    """Encrypts a text for one cell: version, key id, nonce, ciphertext. Runs inside the seller's block."""
    plain = text.encode() if isinstance(text, str) else text
    return next(seal_many([(row_id, plain)], seller_id=seller_id, table=table, column=column))


def seal_many(cells: Iterable[tuple[uuid.UUID, bytes]], *, seller_id: uuid.UUID, table: str, column: str) -> Iterator[bytes]:
    """As ``seal`` for many rows of one column, with the seller's key fetched once."""
    key_id, key = current_data_key(seller_id)
    cipher = AESGCM(key)
    for row_id, plain in cells:
        nonce = secrets.token_bytes(NONCE_BYTES)
        yield VERSION + key_id.bytes + nonce + cipher.encrypt(nonce, plain, _cell(seller_id, table, row_id, column))


def unseal(sealed: bytes, *, seller_id: uuid.UUID, table: str, row_id: uuid.UUID, column: str) -> Secret:
    """The text of a cell. Raises SealBroken when it does not belong there, UnknownKey when its key is gone."""
    return next(unseal_many([(row_id, sealed)], seller_id=seller_id, table=table, column=column))


def unseal_many(cells: Iterable[tuple[uuid.UUID, bytes]], *, seller_id: uuid.UUID, table: str, column: str) -> Iterator[Secret]:
    """As ``unseal`` for many rows of one column, with each key fetched once."""
    ciphers: dict[uuid.UUID, AESGCM] = {}
    for row_id, sealed in cells:
        raw = bytes(sealed)
        if raw[:1] != VERSION:
            raise SealBroken("This cell was sealed by an unknown version.")
        key_id = uuid.UUID(bytes=raw[1 : 1 + KEY_ID_BYTES])
        nonce = raw[1 + KEY_ID_BYTES : 1 + KEY_ID_BYTES + NONCE_BYTES]
        if key_id not in ciphers:
            ciphers[key_id] = AESGCM(data_key(seller_id, key_id))
        try:
            plain = ciphers[key_id].decrypt(nonce, raw[1 + KEY_ID_BYTES + NONCE_BYTES :], _cell(seller_id, table, row_id, column))
        except InvalidTag as error:
            raise SealBroken(f"{table}.{column} of {row_id} does not open.") from error
        yield Secret(plain.decode())


def fingerprint(text: str, *, seller_id: uuid.UUID, scope: str) -> bytes:
    """A keyed hash (32 bytes) by which the same secret is recognised without being readable."""
    return next(fingerprint_many([text], seller_id=seller_id, scope=scope))


def fingerprint_many(texts: Iterable[str], *, seller_id: uuid.UUID, scope: str) -> Iterator[bytes]:
    """As ``fingerprint`` for many texts of one scope, with the seller's key fetched once."""
    _, key = current_data_key(seller_id)
    derived = hmac.digest(key, b"fingerprint|" + scope.encode(), hashlib.sha256)
    for text in texts:
        yield hmac.digest(derived, text.encode(), hashlib.sha256)


def _cell(seller_id: uuid.UUID, table: str, row_id: uuid.UUID, column: str) -> bytes:
    return f"{seller_id}|{table}|{row_id}|{column}|1".encode()
