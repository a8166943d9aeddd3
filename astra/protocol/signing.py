"""How a bot signs a request: an Ed25519 key made by the bot, over everything that gives the request its meaning."""

import base64
import hashlib
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SESSION_HEADER = "Astra-Session"
STAMP_HEADER = "Astra-Stamp"
SIGNATURE_HEADER = "Astra-Signature"

# Says what is signed, so that a signature made for one thing is never good for another.
REQUEST_PREFIX = "astra-runtime-request-1"
OPENING_PREFIX = "astra-runtime-opening-1"

ALPHABET = re.compile(r"[A-Za-z0-9_-]*")
LONGEST = 4096
MICROSECONDS = 1_000_000


def request_text(*, session_id: str, stamp: int, method: str, path: str, body: bytes) -> bytes:
    """What the signature of a request covers. ``stamp`` is the database's time in microseconds, unique per session."""
    return "\n".join([REQUEST_PREFIX, session_id, str(stamp), method.upper(), path, hashlib.sha256(body).hexdigest()]).encode()


def opening_text(*, ticket: str, public_key: str) -> bytes:
    """What proves, when a session is opened, that the bot holds the other half of the key it names."""
    return "\n".join([OPENING_PREFIX, hashlib.sha256(ticket.encode()).hexdigest(), public_key]).encode()


def encode(raw: bytes) -> str:
    """Bytes as URL-safe base64 without padding: how keys and signatures travel."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """The bytes of ``encode``. Raises ValueError for anything else."""
    if len(text) > LONGEST or not ALPHABET.fullmatch(text):
        raise ValueError("This is not base64.")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def sign_request(key: Ed25519PrivateKey, *, session_id: str, stamp: int, method: str, path: str, body: bytes) -> dict[str, str]:
    """The three headers of a signed request."""
    text = request_text(session_id=session_id, stamp=stamp, method=method, path=path, body=body)
    return {SESSION_HEADER: session_id, STAMP_HEADER: str(stamp), SIGNATURE_HEADER: encode(key.sign(text))}


def is_signed_by(public_key: str, signature: str, text: bytes) -> bool:
    """Whether a signature is of this key over this text. Malformed keys and signatures are simply not."""
    try:
        Ed25519PublicKey.from_public_bytes(decode(public_key)).verify(decode(signature), text)
    except (InvalidSignature, ValueError):
        return False
    return True


def header(headers: Mapping[str, str], name: str) -> str:
    """A header whatever its letters' case; empty when it is missing."""
    found = headers.get(name)
    if found is None:
        found = next((value for key, value in headers.items() if key.lower() == name.lower()), "")
    return found
