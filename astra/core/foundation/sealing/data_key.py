"""One data key per seller, wrapped by the installation's key. Deleting it shreds all that it sealed."""

import secrets
import uuid
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import IntegrityError, models, transaction

from astra.core.foundation.sealing.keyring import KEY_BYTES, keyring, newest_key
from astra.core.foundation.tenancy.models import TenantModel

NONCE_BYTES = 12


class UnknownKey(RuntimeError):
    """A row was sealed by a key that this installation does not have: nothing is lost, but the key must be given back."""


class DataKey(TenantModel):
    """A seller's AES-256 key, wrapped: it leaves this table only as ciphertext."""

    kid = models.CharField(max_length=16)
    wrapped = models.BinaryField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "foundation"
        db_table = "foundation_data_key"
        constraints = [
            models.UniqueConstraint(fields=["seller_id"], condition=models.Q(retired_at=None), name="foundation_data_key_one_current")
        ]


def current_data_key(seller_id: uuid.UUID) -> tuple[uuid.UUID, bytes]:
    """The key that seals for a seller now, made on first use. Runs inside the seller's block."""
    row = DataKey.objects.filter(seller_id=seller_id, retired_at=None).first()
    if row is None:
        try:
            with transaction.atomic():
                row = _make(seller_id)
        except IntegrityError:  # somebody else made it a moment ago
            row = DataKey.objects.get(seller_id=seller_id, retired_at=None)
    return row.id, _unwrap(row.id, seller_id, row.kid, bytes(row.wrapped))


def data_key(seller_id: uuid.UUID, key_id: uuid.UUID) -> bytes:
    """The key that a row names. Raises UnknownKey when it is gone."""
    row = DataKey.objects.filter(seller_id=seller_id, id=key_id).first()
    if row is None:
        raise UnknownKey("The data key of this row was deleted.")
    return _unwrap(row.id, seller_id, row.kid, bytes(row.wrapped))


def _make(seller_id: uuid.UUID) -> DataKey:
    kek = newest_key()
    row = DataKey(seller_id=seller_id, kid=kek.kid)
    nonce = secrets.token_bytes(NONCE_BYTES)
    plain = secrets.token_bytes(KEY_BYTES)
    row.wrapped = nonce + AESGCM(kek.key).encrypt(nonce, plain, _label(row.id, seller_id))
    row.save(force_insert=True)
    return row


@lru_cache(maxsize=4096)
def _unwrap(key_id: uuid.UUID, seller_id: uuid.UUID, kid: str, wrapped: bytes) -> bytes:
    kek = keyring().get(kid)
    if kek is None:
        raise UnknownKey(f"Rows are sealed by the key {kid!r}, which is not in ASTRA_KEK.")
    return AESGCM(kek.key).decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _label(key_id, seller_id))


def _label(key_id: uuid.UUID, seller_id: uuid.UUID) -> bytes:
    return f"data_key|{seller_id}|{key_id}".encode()
