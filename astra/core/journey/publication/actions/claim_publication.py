"""A worker takes a card that is to be written, for a minute, and nobody else does."""

import base64
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from astra.core.foundation.sealing.seal import fingerprint
from astra.core.foundation.tenancy.acting import acting_for

LEASE_SECONDS = 60
NONCE_SECONDS = 90
NONCE_LENGTH = 25
CLAIM = (Path(__file__).parent / "claim_publication.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class PublicationClaim:
    """The right to write one card until the lease ends. Without ``message_id`` a new message is posted, with this nonce."""

    publication_id: uuid.UUID
    product_id: uuid.UUID
    instance_id: uuid.UUID
    channel_id: str
    message_id: str | None
    fence: int
    nonce: str


def claim_publication(*, seller_id: uuid.UUID, publication_id: uuid.UUID) -> PublicationClaim | None:
    """Takes a card that is wanted, outdated, or left behind by a lost attempt; None when there is nothing to do."""
    with acting_for(seller_id):
        with connection.cursor() as cursor:
            cursor.execute(
                CLAIM,
                {"seller_id": seller_id, "publication_id": publication_id, "lease": LEASE_SECONDS, "nonce_life": NONCE_SECONDS},
            )
            row = cursor.fetchone()
        if row is None:
            return None
        product_id, instance_id, channel_id, message_id, fence, generation = row
        secret = fingerprint(f"{publication_id}|{generation}", seller_id=seller_id, scope="publication_publication.nonce")
    nonce = base64.b32encode(secret).decode().rstrip("=").lower()[:NONCE_LENGTH]
    return PublicationClaim(publication_id, product_id, instance_id, channel_id, message_id or None, fence, nonce)
