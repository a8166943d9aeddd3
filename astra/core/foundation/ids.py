"""Identifiers: UUIDv7 for rows, short codes for people."""

import secrets
import uuid

import uuid_utils.compat

# Crockford's base 32: no I, L, O, U, so that a code can be read aloud. https://www.crockford.com/base32.html
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> uuid.UUID:
    """A UUIDv7: unique, and ordered by the moment it was made (never used to decide who comes first)."""
    return uuid_utils.compat.uuid7()


def short_code(prefix: str = "", length: int = 6) -> str:
    """A random code for people such as ``LD-7K3E2A``; unique only as far as a constraint makes it so."""
    body = "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))
    return f"{prefix}-{body}" if prefix else body
