"""What others may know of the legal holder of a seller."""

import datetime
import uuid
from dataclasses import dataclass

from astra.core.foundation.sealing.seal import unseal
from astra.core.foundation.sealing.secret import Secret
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Holder

TABLE = "accounts_holder"


@dataclass(frozen=True, slots=True)
class HolderFacts:
    """The holder in force, for screens: the name in full, the document masked. ``is_fixed`` after the first withdrawal."""

    name: str
    kind: str
    masked: str
    is_fixed: bool
    since_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class OpenHolder:
    """The holder in memory, for comparing and for the bank."""

    id: uuid.UUID
    name: str
    document: Secret


def holder_of(seller_id: uuid.UUID) -> HolderFacts | None:
    """The holder in force, or None before one was given."""
    with acting_for(seller_id):
        row = Holder.objects.filter(seller_id=seller_id, replaced_at=None).first()
        if row is None:
            return None
        return HolderFacts(open_holder(row).name, row.kind, row.masked, row.fixed_at is not None, row.created_at)


def has_holder(seller_id: uuid.UUID) -> bool:
    """Whether a holder was given."""
    with acting_for(seller_id):
        return Holder.objects.filter(seller_id=seller_id, replaced_at=None).exists()


def holder_in_force(seller_id: uuid.UUID) -> OpenHolder | None:
    """As ``holder_of``, with the document. Runs inside the seller's block."""
    row = Holder.objects.filter(seller_id=seller_id, replaced_at=None).first()
    return open_holder(row) if row else None


def open_holder(row: Holder) -> OpenHolder:
    """The sealed cells of a holder, opened. Runs inside the seller's block."""

    def opened(sealed: bytes | memoryview, column: str) -> Secret:
        return unseal(bytes(sealed), seller_id=row.seller_id, table=TABLE, row_id=row.id, column=column)

    return OpenHolder(row.id, opened(row.name_sealed, "name_sealed").reveal(), opened(row.document_sealed, "document_sealed"))
