"""Each application's Ed25519 key: the sandbox signs with it, the application verifies."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def new_key() -> tuple[str, str]:
    """A private seed and its public key, both hexadecimal."""
    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return seed.hex(), public.hex()


def sign(seed: str, timestamp: str, body: bytes) -> str:
    """The value of X-Signature-Ed25519 for `body` sent at `timestamp`."""
    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).sign(timestamp.encode() + body).hex()
