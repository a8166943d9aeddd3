"""The shop gets another name."""

import uuid

from astra.core.foundation.audit import Actor, record
from astra.core.foundation.tenancy.acting import acting_for
from astra.core.journey.accounts.models import Seller


def rename_seller(*, seller_id: uuid.UUID, name: str, actor: Actor) -> None:
    """Changes the name of a seller's shop (80 letters at most)."""
    with acting_for(seller_id):
        if Seller.objects.filter(id=seller_id).exclude(name=name[:80]).update(name=name[:80]):
            record(seller_id=seller_id, actor=actor, verb="rename_seller", object_kind="seller", object_id=seller_id)
