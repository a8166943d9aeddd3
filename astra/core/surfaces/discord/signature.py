"""Whether an HTTP request was signed by Discord for one application, and is fresh."""

import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

SKEW_SECONDS = 300


def is_signed(*, verify_key: str, signature: str, timestamp: str, body: bytes, now: float | None = None) -> bool:
    """Checks Ed25519 over ``timestamp + body`` and that the timestamp is within five minutes of this host's clock.

    The host's real clock, not the product's: what is weighed is the age of a request on the wire.
    """
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(verify_key))
        key.verify(bytes.fromhex(signature), timestamp.encode("ascii") + body)
        age = (time.time() if now is None else now) - int(timestamp)
    except (InvalidSignature, ValueError, UnicodeEncodeError):
        return False
    return abs(age) <= SKEW_SECONDS
